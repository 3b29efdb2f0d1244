// Types of the API for the JSDoc of the scripts. `turnout-api` is generated from the OpenAPI document.
import type { components, paths } from "turnout-api";
export type { Signal } from "@preact/signals-core";

export type Schemas = components["schemas"];
export type Path = keyof paths;
type Operation<P extends Path, M extends string> = M extends keyof paths[P] ? NonNullable<paths[P][M]> : never;
type Json<R> = R extends { content: { "application/json": infer B } } ? B : never;
type Good<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R];

/** What the operation answers when it has gone well. */
export type Answered<P extends Path, M extends string> =
  Operation<P, M> extends { responses: infer R } ? Good<R> : unknown;

/** Paths that have the verb. */
export type With<M extends string> = { [P in Path]: paths[P] extends Record<M, object> ? P : never }[Path];

export type Sent<D = any> = { data: D; etag: string | null; status: number; headers: Headers };
export type Query = Record<string, string | number | boolean | string[] | null | undefined>;
export type Names = Record<string, string>;
