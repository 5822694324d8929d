/**
 * One request of an admin client and its answer, tried again while that may help.
 *
 * @module
 */

import type { VersionRange } from "../../storage/message/message_schema.ts";
import { type Draft, encodedSize } from "../../storage/message/message_codec.ts";
import { ProtocolError } from "../../storage/message/protocol_error.ts";
import { NetworkError } from "../network/transport.ts";
import type { Api } from "../protocol/api.ts";
import { supportedVersions } from "../protocol/api_keys.ts";
import { type ErrorName, KafkaError } from "../protocol/error_codes.ts";
import { isRetriableFailure } from "../retry.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { Outcome } from "./admin_results.ts";
import { apiKeyName } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";

/** What a request is made with. */
export interface RequestTarget {
  /** How long the broker has for it, ms. */
  readonly timeoutMs: number;
  /** The version in which it is sent. */
  readonly version: number;
}

/** A request. */
export interface AdminRequest<Req, Res> {
  /** What the call is called in errors; Kafka's tools print it. */
  readonly name: string;
  /** Where it goes. */
  readonly destination: Destination;
  /** The API. */
  readonly api: Api<Req, Res>;
  /** The first version that can say what is asked. Default: any. */
  readonly minVersion?: number;
  /** The last version to use. Default: the latest. */
  readonly maxVersion?: number;
  /** What is said when a node has no version that will do. Default: which versions those are. */
  readonly unsupported?: string;
  /** The request itself; made again for each attempt. */
  readonly draft: (target: RequestTarget) => Draft<Req>;
}

/** Where an answer comes from. */
export interface Answered {
  /** Id of the node. */
  readonly nodeId: number;
  /** The version in which it has answered. */
  readonly version: number;
}

/** What a call has gone through. */
interface Attempts {
  /** Those that have failed after they were sent. */
  failed: number;
  /** Whether the one that is being made has been sent. */
  isSent: boolean;
  /** When the next may be made, ms since the epoch. */
  nextMs: number;
}

/** Failures after which another node may answer. */
const CONTROLLER_MOVED: readonly ErrorName[] = ["NOT_CONTROLLER"];

/**
 * Sends a request until it is answered, and what `read` makes of the answer is no error that may pass.
 *
 * @param read takes the answer; may throw, and the request is sent again when that is an error that may pass
 * @throws {KafkaError} what has gone wrong; `REQUEST_TIMED_OUT`, with the last failure as its cause, when the time is over
 * @throws {NetworkError} when a node that was looked up cannot be reached
 */
export async function sendCall<Req, Res, T>(
  context: AdminContext,
  time: CallTime,
  request: AdminRequest<Req, Res>,
  read: (response: Res, answered: Answered) => T,
): Promise<T> {
  const { name, destination } = request;
  const { settings: { config, usesControllers }, backoff, env: { clock } } = context;
  if (usesControllers && destination.orController !== true) {
    throw new KafkaError(
      "UNSUPPORTED_ENDPOINT_TYPE",
      "This Admin API is not yet supported when communicating directly with the controller quorum.",
    );
  }
  const maxRetries = config.number("retries");
  const attempts: Attempts = { failed: 0, isSent: false, nextMs: 0 };
  let last: unknown;
  for (let waits = 0;; waits++) {
    attempts.isSent = false;
    try {
      if (time.signal.aborted) throw time.signal.reason;
      return await attempt(context, time, request, read, attempts);
    } catch (error) {
      time.throwIfAborted();
      if (time.signal.aborted || time.isOver) {
        throw attempts.isSent
          ? timedOut(context, time, name, attempts, error)
          : time.unassigned(name, last);
      }
      last = error;
      if (attempts.isSent) attempts.failed++;
      if (!isRetriableFailure(error)) throw error;
      if (destination.isLookedUp === true && isDisconnect(error)) throw error;
      if (attempts.failed > maxRetries) throw timedOut(context, time, name, attempts, error);
    }
    const waitMs = backoff.after(waits);
    attempts.nextMs = clock.now() + waitMs;
    await time.sleep(waitMs, name, last);
  }
}

/**
 * As {@linkcode sendCall}, for an answer whose errors are told at once, also those of which trying again might help: the broker has tried.
 *
 * @param read takes the answer: a value, or the error that is told
 */
export async function sendCallOnce<Req, Res, T>(
  context: AdminContext,
  time: CallTime,
  request: AdminRequest<Req, Res>,
  read: (response: Res, answered: Answered) => Outcome<T>,
): Promise<T> {
  const outcome = await sendCall(context, time, request, read);
  if (outcome.error !== undefined) throw outcome.error;
  return outcome.value;
}

async function attempt<Req, Res, T>(
  context: AdminContext,
  time: CallTime,
  request: AdminRequest<Req, Res>,
  read: (response: Res, answered: Answered) => T,
  attempts: Attempts,
): Promise<T> {
  const { client, settings: { requestTimeoutMs } } = context;
  const { api, destination, draft } = request;
  const { signal } = time;
  const nodeId = await context.nodeFor(destination, signal);
  const connection = await client.connect(nodeId, signal);
  const version = versionFor(request, connection.version(api), connection.versions.get(api.key));
  const timeoutMs = Math.ceil(Math.min(requestTimeoutMs, time.remainingMs));
  const body = draft({ timeoutMs, version });
  checkEncodable(api, version, body);
  attempts.isSent = true;
  const response = await client.send(nodeId, api, body, {
    version,
    timeoutMs: Math.max(1, timeoutMs),
    signal,
  });
  try {
    return read(response, { nodeId, version });
  } catch (error) {
    const moved = context.settings.usesControllers
      ? [...CONTROLLER_MOVED, "NOT_LEADER_OR_FOLLOWER"]
      : CONTROLLER_MOVED;
    if (error instanceof KafkaError && moved.includes(error.code)) context.forgetController();
    throw error;
  }
}

/** Whether a node could not be reached, or has not answered in time. */
export function isDisconnect(error: unknown): boolean {
  return error instanceof NetworkError ||
    (error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT");
}

/** @throws {KafkaError} `UNSUPPORTED_VERSION` when the node has no version that will do */
function versionFor(
  { api, minVersion = 0, maxVersion = Infinity, unsupported }: AdminRequest<unknown, unknown>,
  highest: number | undefined,
  theirs: VersionRange | undefined,
): number {
  const name = apiKeyName(api);
  if (highest === undefined || theirs === undefined) {
    throw new KafkaError("UNSUPPORTED_VERSION", `The node does not support ${name}`);
  }
  if (highest >= minVersion) return Math.min(highest, maxVersion);
  const ours = supportedVersions(api);
  throw new KafkaError(
    "UNSUPPORTED_VERSION",
    unsupported ??
      `The node does not support ${name} with version in range [${minVersion},${
        Math.min(ours.highest, maxVersion)
      }]. The supported range is [${theirs.lowest},${theirs.highest}].`,
  );
}

/** @throws {KafkaError} `UNSUPPORTED_VERSION` when the version has no room for what is asked */
function checkEncodable<Req>(api: Api<Req, unknown>, version: number, body: Draft<Req>): void {
  try {
    encodedSize(api.request, version, body);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new KafkaError("UNSUPPORTED_VERSION", error.message, { cause: error });
  }
}

/** The error of a call whose time was over while it waited for its answer, or that has no retries left. */
function timedOut(
  { env: { clock } }: AdminContext,
  time: CallTime,
  name: string,
  { failed, nextMs }: Attempts,
  cause: unknown,
): KafkaError {
  const tries = Math.max(1, failed);
  const call =
    `Call(callName=${name}, deadlineMs=${time.deadlineMs}, tries=${tries}, nextAllowedTryMs=${nextMs})`;
  return new KafkaError(
    "REQUEST_TIMED_OUT",
    `${call} timed out at ${clock.now()} after ${tries} attempt(s)`,
    { cause },
  );
}
