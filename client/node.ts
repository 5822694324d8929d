/**
 * A broker as a client knows it.
 *
 * @module
 */

import { InvalidConfigError } from "../storage/errors.ts";
import type { Address } from "./network/transport.ts";

/** A node of the cluster. */
export interface Node extends Address {
  /** Its id; those of bootstrap servers are negative. */
  readonly id: number;
  /** Where it is; `null` when nobody has said. */
  readonly rack: string | null;
}

/** As Java writes a node. */
export function nodeText({ id, host, port, rack }: Node): string {
  return `${host}:${port} (id: ${id} rack: ${rack} isFenced: false)`;
}

const SERVER = /^(?:[0-9a-zA-Z\-%._]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:([0-9]+)$/;

/**
 * Reads `bootstrap.servers`. The nodes get ids from -1 downwards.
 *
 * @param config the name in messages
 * @throws {InvalidConfigError} for what is not host:port, and when there is none
 */
export function bootstrapNodes(
  servers: readonly string[],
  config = "bootstrap.servers",
): readonly Node[] {
  const nodes = servers.filter((server) => server !== "").map((server, index): Node => {
    const [, host, port] = SERVER.exec(server) ?? [];
    if (host === undefined || host === "") {
      throw new InvalidConfigError(`Invalid url in ${config}: ${server}`);
    }
    if (Number(port) > 65_535) {
      throw new InvalidConfigError(`Invalid port in ${config}: ${server}`);
    }
    return { id: -1 - index, host, port: Number(port), rack: null };
  });
  if (nodes.length > 0) return nodes;
  throw new InvalidConfigError(`No resolvable bootstrap urls given in ${config}`);
}
