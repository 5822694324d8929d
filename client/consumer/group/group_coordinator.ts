/**
 * The way to the broker that coordinates a group.
 *
 * @module
 */

import type { Draft } from "../../../storage/message/message_codec.ts";
import { withDeadline } from "../../network/deadline.ts";
import { ExponentialBackoff } from "../../network/exponential_backoff.ts";
import type { ClientEnv, KafkaClient } from "../../kafka_client.ts";
import type { SendOptions } from "../../network/broker_connection.ts";
import { NetworkError } from "../../network/transport.ts";
import type { Api } from "../../protocol/api.ts";
import { KafkaError } from "../../protocol/error_codes.ts";
import { retry } from "../../retry.ts";
import type { GroupSettings } from "./group_settings.ts";

/** What it is made of. */
export interface GroupCoordinatorOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The group, and its waits. */
  readonly settings: GroupSettings;
  /** Told when the coordinator has been found. */
  readonly onFound: () => void;
  /** Told when it has been found, or cannot be. */
  readonly onChange: () => void;
}

/** Finds the coordinator, sends to it, and forgets it when it is another. */
export class GroupCoordinator {
  readonly #options: GroupCoordinatorOptions;
  #node: number | undefined;
  #finding: Promise<number> | undefined;
  #failure: unknown;

  /** Looks for nobody yet. */
  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
  }

  /** Whether it is known. */
  get isKnown(): boolean {
    return this.#node !== undefined;
  }

  /** Whether it is looked for. */
  get isSought(): boolean {
    return this.#finding !== undefined;
  }

  /** Whether something has kept it from being found. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** What kept it from being found, once; `undefined` for nothing. */
  takeFailure(): unknown {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Looks for it in the background until it is found, or never will be. */
  seek(): void {
    this.#seek().catch(() => {});
  }

  /**
   * Waits until it is known.
   *
   * @throws {KafkaError} when it cannot be found, and that does not pass
   * @throws the signal's reason, when it aborts first
   */
  async ensureKnown(signal: AbortSignal): Promise<number> {
    if (this.#node !== undefined) return this.#node;
    try {
      return await withDeadline(this.#seek(), signal);
    } catch (error) {
      // Whoever waits has been told.
      if (this.#failure === error) this.#failure = undefined;
      throw error;
    }
  }

  /** It does not answer, or says that it is not the one: the next request looks for it again. */
  forget(reason: unknown): void {
    const node = this.#node;
    if (node === undefined) return;
    const { client, env: { logger }, settings: { groupId } } = this.#options;
    logger.write("info", "Group coordinator is unavailable or invalid", { groupId, reason });
    this.#node = undefined;
    client.coordinators.forget("group", groupId);
    // Whatever waits for its answers fails now, and not when their time is over.
    client.disconnect(node);
  }

  /**
   * Sends a request.
   *
   * @param draftOf the request, in a version that the broker has
   * @throws {KafkaError} `COORDINATOR_NOT_AVAILABLE` when it is not known; when it does not answer in time
   * @throws {NetworkError} when it cannot be reached
   */
  async send<Req, Res>(
    api: Api<Req, Res>,
    draftOf: (version: number) => Draft<Req>,
    options: SendOptions & { readonly maxVersion?: number } = {},
  ): Promise<Res> {
    const { client } = this.#options;
    const { maxVersion = Infinity, ...rest } = options;
    const node = this.#node;
    if (node === undefined) throw new KafkaError("COORDINATOR_NOT_AVAILABLE");
    try {
      const highest = await client.version(node, api as Api<unknown, unknown>, rest.signal);
      if (highest === undefined) return await client.send(node, api, draftOf(0), rest);
      const version = Math.min(highest, maxVersion);
      return await client.send(node, api, draftOf(version), { ...rest, version });
    } catch (error) {
      const isSilent = error instanceof NetworkError ||
        (error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT");
      if (isSilent && rest.signal?.aborted !== true && this.#node === node) this.forget(error);
      throw error;
    }
  }

  #seek(): Promise<number> {
    if (this.#node !== undefined) return Promise.resolve(this.#node);
    const { client, env, settings, onFound, onChange } = this.#options;
    const { groupId, retryBackoffMs, retryBackoffMaxMs } = settings;
    return this.#finding ??= retry(() => client.coordinators.find("group", groupId), {
      clock: env.clock,
      backoff: new ExponentialBackoff(retryBackoffMs, retryBackoffMaxMs, env.random),
      signal: client.closing,
      onRetry: (error) =>
        env.logger.write("debug", "Group coordinator lookup failed", { groupId, error }),
    }).then((node) => {
      env.logger.write("info", "Discovered group coordinator", { groupId, node });
      this.#node = node;
      onFound();
      return node;
    }, (error) => {
      const failure = groupError(error, groupId);
      if (!client.isClosed) this.#failure = failure;
      throw failure;
    }).finally(() => {
      this.#finding = undefined;
      onChange();
    });
  }
}

/** An error as a user of the group is told. */
export function groupError(error: unknown, groupId: string): unknown {
  if (!(error instanceof KafkaError) || error.code !== "GROUP_AUTHORIZATION_FAILED") return error;
  return new KafkaError(error.code, `Not authorized to access group: ${groupId}`);
}
