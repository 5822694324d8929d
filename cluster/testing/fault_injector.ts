/**
 * Where the faults that a test orders meet the requests of a broker.
 *
 * @module
 */

import type { FetchRequest } from "../../client/protocol/messages/fetch.ts";
import type { ProduceRequest } from "../../client/protocol/messages/produce.ts";
import type { Clock } from "../../storage/env.ts";
import type { RequestContext } from "../server/api_handler.ts";
import type { HookDecision, RequestHook } from "../server/request_dispatcher.ts";
import type { FaultPlan } from "./fault_plan.ts";
import { FetchSessionTopics } from "./fetch_session_topics.ts";
import { receivedRequest } from "./received_request.ts";
import type { RequestLog } from "./request_log.ts";
import { type TopicNames, topicsOf } from "./request_topics.ts";

const PRODUCE = 0;
const FETCH = 1;

/** What a {@linkcode FaultInjector} is made of. */
export interface FaultInjectorOptions {
  /** What is to go wrong. */
  readonly faults: FaultPlan;
  /** Where requests are noted. */
  readonly requests: RequestLog;
  /** For delays. */
  readonly clock: Clock;
  /** For requests that name topics by ids. */
  readonly topicNames: TopicNames;
}

/** Has a plan decide on every request of a broker. */
export class FaultInjector implements RequestHook {
  readonly #options: FaultInjectorOptions;
  readonly #fetches: FetchSessionTopics;
  readonly #closing = new AbortController();

  /** Decides from the first request on. */
  constructor(options: FaultInjectorOptions) {
    this.#options = options;
    this.#fetches = new FetchSessionTopics(options.topicNames);
  }

  /** Notes a request, and decides on it. */
  before(request: unknown, context: RequestContext): HookDecision | Promise<HookDecision> {
    const { faults, requests, topicNames } = this.#options;
    const { apiKey, frame, session } = context;
    // Sessions are followed whether or not anybody asks for the topics of this request.
    const fetched = apiKey === FETCH
      ? this.#fetches.topicsOf(request as FetchRequest, session)
      : undefined;
    const kept = copyOf(request);
    const received = receivedRequest(
      kept,
      context,
      () => fetched ?? topicsOf(kept, topicNames),
    );
    requests.add(received, frame.length);
    const { delays, outcome } = faults.decide(received);
    const decision: HookDecision = outcome === "handle"
      ? { kind: "pass" }
      : typeof outcome === "string"
      ? { kind: outcome }
      : apiKey === PRODUCE && (request as ProduceRequest).acks === 0
      ? { kind: "drop" }
      : { kind: "answer", error: outcome.error };
    return delays.length === 0 ? decision : this.#delayed(delays, decision);
  }

  /** Ends all waits, so that the broker can stop: what was held back ends with its connection. */
  close(): void {
    this.#closing.abort();
  }

  async #delayed(
    delays: readonly (number | Promise<unknown>)[],
    decision: HookDecision,
  ): Promise<HookDecision> {
    const { signal } = this.#closing;
    const closed = Promise.withResolvers<void>();
    const close = () => closed.resolve();
    signal.addEventListener("abort", close, { once: true });
    try {
      for (const delay of delays) {
        if (signal.aborted) break;
        await (typeof delay === "number"
          ? this.#options.clock.sleep(delay, signal)
          : Promise.race([delay, closed.promise]));
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
    return signal.aborted ? { kind: "drop" } : decision;
  }
}

/** Byte strings are views of a frame whose memory is used again. */
function copyOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)]));
}
