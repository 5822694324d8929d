/** Calls a handler as the network does: what goes in and what comes out are bytes of the version that the client speaks. */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import {
  type Answer,
  type ApiHandler,
  CLOSE_CONNECTION,
  NO_RESPONSE,
} from "../../cluster/server/api_handler.ts";
import { decode, type Draft, encode } from "../../storage/message/message_codec.ts";
import { requestContext } from "./replicas.ts";

/** What a client gets: a response, nothing, or the end of the connection. */
export type Outcome<Res> = Res | "no response" | "connection closed";

function outcome<Req, Res>(
  { api }: ApiHandler<Req, Res>,
  version: number,
  answer: Answer<Res>,
): Outcome<Res> {
  if (answer === NO_RESPONSE) return "no response";
  if (answer === CLOSE_CONNECTION) return "connection closed";
  return decode(api.response, version, encode(api.response, version, answer as Draft<Res>));
}

/** Sends a request whose answer comes at once; an answer that has to be waited for is an error. */
export function call<Req, Res>(
  handler: ApiHandler<Req, Res>,
  version: number,
  request: Draft<Req>,
  clientId?: string,
): Outcome<Res> {
  const answer = send(handler, version, request, clientId);
  if (answer instanceof Promise) throw new Error("The answer has to be waited for");
  return outcome(handler, version, answer);
}

/** Sends a request whose answer has to be waited for. */
export function callLater<Req, Res>(
  handler: ApiHandler<Req, Res>,
  version: number,
  request: Draft<Req>,
  clientId?: string,
): Promise<Outcome<Res>> {
  const answer = send(handler, version, request, clientId);
  if (!(answer instanceof Promise)) throw new Error("The answer came at once");
  return answer.then((value) => outcome(handler, version, value));
}

/** Sends a request, and waits for its response; what the handler refuses with is told as the broker tells it. */
export async function ask<Req, Res>(
  handler: ApiHandler<Req, Res>,
  version: number,
  request: Draft<Req>,
): Promise<Res> {
  let answer: Outcome<Res>;
  try {
    answer = outcome(handler, version, await send(handler, version, request));
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    answer = callOnError(handler, version, request, error.code);
  }
  if (typeof answer === "string") throw new Error(answer);
  return answer;
}

function send<Req, Res>(
  handler: ApiHandler<Req, Res>,
  version: number,
  request: Draft<Req>,
  clientId = "test",
): Answer<Res> | Promise<Answer<Res>> {
  const bytes = encode(handler.api.request, version, request);
  const decoded = decode(handler.api.request, version, bytes);
  return handler.handle(decoded, requestContext(version, clientId));
}

/** What a client gets when its request has failed as a whole. */
export function callOnError<Req, Res>(
  handler: ApiHandler<Req, Res>,
  version: number,
  request: Draft<Req>,
  error: ErrorName,
): Outcome<Res> {
  const bytes = encode(handler.api.request, version, request);
  const decoded = decode(handler.api.request, version, bytes);
  return outcome(handler, version, handler.onError(decoded, error, undefined, version));
}

/** The response that an answer is, when it is one. */
export function responseOf<Res>(answer: Answer<Res>): Draft<Res> {
  if (answer === NO_RESPONSE || answer === CLOSE_CONNECTION) throw new Error("no response");
  return answer as Draft<Res>;
}
