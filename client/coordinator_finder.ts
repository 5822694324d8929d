/**
 * Finds the brokers that coordinate groups and transactions.
 *
 * @module
 */

import type { Draft } from "../storage/message/message_codec.ts";
import type { Node } from "./node.ts";
import { errorName, KafkaError } from "./protocol/error_codes.ts";
import type {
  Coordinator,
  FindCoordinatorRequest,
  FindCoordinatorResponse,
} from "./protocol/messages/find_coordinator.ts";

/** What is coordinated. */
export type CoordinatorType = "group" | "transaction";

const KEY_TYPES: Readonly<Record<CoordinatorType, number>> = { group: 0, transaction: 1 };

/** The first version that asks for several at once. */
const BATCHED_VERSION = 4;

/** How a finder asks. */
export interface CoordinatorFinderOptions {
  /** Sends a request to some broker, in the highest version that it has; answers with that version as well. */
  readonly ask: (
    draftOf: (version: number) => Draft<FindCoordinatorRequest>,
    signal: AbortSignal | undefined,
  ) => Promise<{ readonly version: number; readonly response: FindCoordinatorResponse }>;
  /** Told where a coordinator is. Returns the id to send requests under. */
  readonly found: (node: Node) => number;
}

/** Remembers coordinators, until it is told that they are others. */
export class CoordinatorFinder {
  readonly #options: CoordinatorFinderOptions;
  readonly #known = new Map<string, number>();
  readonly #asking = new Map<string, Promise<number>>();

  /** Knows of none. */
  constructor(options: CoordinatorFinderOptions) {
    this.#options = options;
  }

  /**
   * Where requests about a key go.
   *
   * @returns the node's id for `KafkaClient.send`
   * @throws {KafkaError} what the broker says; `COORDINATOR_NOT_AVAILABLE` may be tried again
   */
  async find(type: CoordinatorType, key: string, signal?: AbortSignal): Promise<number> {
    const name = `${type}:${key}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // Those who ask meanwhile share the answer, unless somebody may give up.
    if (signal !== undefined) return await this.#ask(type, key, signal);
    let asking = this.#asking.get(name);
    if (asking === undefined) {
      asking = this.#ask(type, key, undefined).finally(() => this.#asking.delete(name));
      this.#asking.set(name, asking);
    }
    return await asking;
  }

  /** A broker says that it is not the coordinator, or cannot be reached. */
  forget(type: CoordinatorType, key: string): void {
    this.#known.delete(`${type}:${key}`);
  }

  async #ask(
    type: CoordinatorType,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const keyType = KEY_TYPES[type];
    const { version, response } = await this.#options.ask(
      (version) =>
        version < BATCHED_VERSION ? { key, keyType } : { keyType, coordinatorKeys: [key] },
      signal,
    );
    const answer: Omit<Coordinator, "key"> | undefined = version < BATCHED_VERSION
      ? response
      : response.coordinators.find((coordinator) => coordinator.key === key);
    if (answer === undefined) {
      throw new KafkaError("UNKNOWN_SERVER_ERROR", `The answer lacks the coordinator of ${key}`);
    }
    const error = errorName(answer.errorCode);
    if (error !== "NONE") throw new KafkaError(error, answer.errorMessage ?? undefined);
    const { nodeId, host, port } = answer;
    const id = this.#options.found({ id: nodeId, host, port, rack: null });
    this.#known.set(`${type}:${key}`, id);
    return id;
  }
}
