// `node built/story.js API MAILBOX`: from a sign-up to a cancelled event, with the generated client alone.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { createClient, type Client } from "turnout-client/client";
import {
  cancelEnrollment, cancelEvent, createEvent, duplicateEvent, enrolInEvent, importEnrollments, listMyEnrollments, logIn,
  showEvent, showProblem, signUp, verifyEmail,
} from "turnout-client";
import type { Problem, ProblemCode } from "turnout-client";

const [api, mailbox] = process.argv.slice(2) as [string, string];
const PASSWORD = "correct horse battery staple 7";
const PATIENCE_MS = 60_000;

async function eventually<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert(Date.now() < end, `${what} did not come`);
    await sleep(100);
  }
}

async function mailedCode(address: string): Promise<string | undefined> {
  const answer = await fetch(`${mailbox}/api/messages?${new URLSearchParams({ to: address })}`);
  const mails = (await answer.json()) as { text: string }[];
  return mails.map((mail) => /\b\d{6}\b/.exec(mail.text)?.[0]).find((code) => code !== undefined);
}

async function signedUp(anyone: Client, name: string): Promise<Client> {
  const email = `${name.toLowerCase()}.${randomUUID().slice(0, 8)}@example.org`;
  const person = { email, password: PASSWORD, first_name: name };
  const begun = await signUp({ client: anyone, body: person, throwOnError: true });
  const otp = await eventually(() => mailedCode(email), `the code to ${email}`);
  await verifyEmail({ client: anyone, body: { email, otp, signup_id: begun.data.signup_id }, throwOnError: true });
  const login = await logIn({ client: anyone, body: { email, password: PASSWORD }, throwOnError: true });
  assert.equal(login.data.user.first_name, name);
  return createClient({ baseUrl: api, auth: login.data.access });
}

function refused(answer: { error?: Problem }, code: ProblemCode): Problem {
  assert(answer.error, `nothing was refused; expected ${code}`);
  assert.equal(answer.error.code, code);
  return answer.error;
}

async function main(): Promise<void> {
  const anyone = createClient({ baseUrl: api });
  refused(await logIn({ client: anyone, body: { username: "nobody", password: "x" } }), "credentials_wrong");
  const olga = await signedUp(anyone, "Olga");
  const paul = await signedUp(anyone, "Paul");

  const starts_at = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const title = `Pottery ${randomUUID().slice(0, 8)}`;
  const event = (await createEvent({ client: olga, body: { title, starts_at, capacity: 1 }, throwOnError: true })).data;
  assert.deepEqual([event.title, event.status], [title, "published"]);

  const path = { event_id: event.id };
  const mine = (await enrolInEvent({ client: paul, path, body: {}, throwOnError: true })).data;
  assert("id" in mine && mine.status === "confirmed");
  const again = refused(await enrolInEvent({ client: paul, path, body: {} }), "already_enrolled");
  assert.equal(again.enrollment?.id, mine.id);
  const full = refused(await enrolInEvent({ client: olga, path, body: {} }), "event_full");
  const told = await showProblem({ client: anyone, path: { problem: full.code }, throwOnError: true });
  assert(typeof told.data === "object" && told.data.type === full.type);
  assert((await showEvent({ client: anyone, path, throwOnError: true })).data.is_full);

  const gone = await cancelEnrollment({ client: paul, path: { enrollment_id: mine.id }, throwOnError: true });
  assert.equal(gone.data.status, "cancelled");
  const back = (await enrolInEvent({ client: paul, path, body: { party_size: 1 }, throwOnError: true })).data;
  assert("id" in back && back.id === mine.id);

  const rows = [{ name: "Ada Byron", email: "ada@example.org" }];
  const tried = await importEnrollments({ client: olga, path, query: { dry_run: true }, body: { rows }, throwOnError: true });
  assert.deepEqual(tried.data.results.map((row) => row.row), [1]);
  const later = new Date(Date.parse(starts_at) + 7 * 86_400_000).toISOString();
  const draft = await duplicateEvent({ client: olga, path, body: { starts_at: later }, throwOnError: true });
  assert.deepEqual([draft.data.title, draft.data.status], [title, "draft"]);

  const asked = refused(await cancelEvent({ client: olga, path }), "confirmation_required");
  assert(asked.confirm && asked.preview && "people" in asked.preview && asked.preview.people === 1);
  const over = await cancelEvent({ client: olga, path, query: { confirm: asked.confirm }, throwOnError: true });
  assert.equal(over.data.status, "cancelled");
  await eventually(async () => {
    const [entry] = (await listMyEnrollments({ client: paul, throwOnError: true })).data.results;
    return entry?.status === "cancelled" || undefined;
  }, "the end of the enrollment");
}

void main();
