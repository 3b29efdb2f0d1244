// What is said of a failure, in the person's language.
import { Offline, Problem } from "./api.js";
import { known, t } from "./texts.js";

/** @param {unknown} error */
export function explained(error) {
  if (error instanceof Offline) return t("problem.offline");
  if (!(error instanceof Problem)) {
    console.error(error);
    return t("problem.internal_error");
  }
  const said = known(`problem.${error.code}`) ?? error.message;
  const wait = error.status === 429 ? ` ${t("problem.wait")}` : "";
  const id = error.status >= 500 && error.body.request_id ? ` (${error.body.request_id})` : "";
  return said + wait + id;
}

/** @param {{code: string, message: string}} fault */
export function explainedFault(fault) {
  return known(`fault.${fault.code}`)?.replace("{message}", fault.message) ?? fault.message;
}
