/** A way to another broker's handlers without a network: requests and answers are bytes of the latest versions. */

import type { BrokerLink } from "../../client/network/broker_link.ts";
import type { Api } from "../../client/protocol/api.ts";
import { supportedVersions } from "../../client/protocol/api_keys.ts";
import type { ReplicaManager } from "../../cluster/replication/replica_manager.ts";
import type { AnyApiHandler } from "../../cluster/server/api_handler.ts";
import { FetchSessionCache } from "../../cluster/server/fetch_session_cache.ts";
import { fetchHandler } from "../../cluster/server/handlers/fetch.ts";
import { listOffsetsHandler } from "../../cluster/server/handlers/list_offsets.ts";
import type { Env } from "../../storage/env.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { ask } from "./handler_call.ts";

/** What a broker answers followers with. */
export function leaderHandlers(
  env: Env,
  replicaManager: ReplicaManager,
): ReadonlyMap<number, AnyApiHandler> {
  const sessions = new FetchSessionCache({ env, maxEntries: () => 100 });
  const config = { int: () => 57_671_680 };
  const handlers = [
    fetchHandler({ replicaManager, sessions, config }),
    listOffsetsHandler({ replicaManager, env }),
  ] as unknown as AnyApiHandler[];
  return new Map(handlers.map((handler) => [handler.api.key, handler]));
}

/** See the file's comment. */
export class DirectLink implements Pick<BrokerLink, "send" | "close"> {
  readonly #handlers: () => ReadonlyMap<number, AnyApiHandler>;
  readonly #closing = new AbortController();

  /** @param handlers those of the broker as it is at the time; may throw when it cannot be reached */
  constructor(handlers: () => ReadonlyMap<number, AnyApiHandler>) {
    this.#handlers = handlers;
  }

  async send<Req, Res>(
    api: Api<Req, Res>,
    draft: Draft<Req>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Res> {
    const signals = [this.#closing.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    signal.throwIfAborted();
    const handler = this.#handlers().get(api.key)!;
    const version = supportedVersions(api as Api<unknown, unknown>).highest;
    const gone = Promise.withResolvers<never>();
    const abort = () => gone.reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const answer = ask(handler, version, draft as Draft<unknown>) as Promise<Res>;
      answer.catch(() => {});
      return await Promise.race([answer, gone.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  close(): void {
    this.#closing.abort(new Error("closed"));
  }
}
