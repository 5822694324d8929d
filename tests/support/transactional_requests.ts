/** Answers to the requests of a producer's transactions, without a network. */

import type { Api } from "../../client/protocol/api.ts";
import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import type { Exchange, RequestOutcome } from "../../client/producer/transactional_request.ts";
import type { Draft } from "../../storage/message/message_codec.ts";

/** What was sent. */
export interface SentRequest {
  readonly api: string;
  readonly draft: Readonly<Record<string, unknown>>;
  readonly maxVersion: number | undefined;
}

/** An exchange that answers everything with the same, and notes what was sent. */
export function answering(answer: unknown, sent: SentRequest[] = []): Exchange {
  return <Req, Res>(api: Api<Req, Res>, draft: Draft<Req>, maxVersion?: number) => {
    sent.push({ api: api.name, draft: draft as Readonly<Record<string, unknown>>, maxVersion });
    return Promise.resolve(answer as Res);
  };
}

/** An answer with an error. */
export const withError = (error: ErrorName, more: object = {}) => ({
  errorCode: errorCode(error),
  ...more,
});

/** An outcome in one line: what kind it is, and its error. */
export function outcomeText(outcome: RequestOutcome): string {
  if (outcome.kind === "retry") return outcome.forget === true ? "retry elsewhere" : "retry";
  if (outcome.kind === "success") return "success";
  const { error } = outcome;
  const code = (error as { code?: string }).code ?? error.message;
  return `${outcome.kind}${"ifPossible" in outcome ? " if possible" : ""}: ${code}`;
}
