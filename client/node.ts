/**
 * A broker as a client knows it.
 *
 * @module
 */

import { InvalidConfigError } from "../storage/errors.ts";
import type { Address, Transport } from "./network/transport.ts";

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

/**
 * The same bootstrap servers by the names that they have by themselves, one for each number of a host (Kafka's
 * `resolve_canonical_bootstrap_servers_only`). Hosts that cannot be found are left out.
 *
 * @throws {NetworkError} when none can be found
 */
export async function canonicalNodes(
  nodes: readonly Node[],
  transport: Pick<Transport, "canonicalNames">,
): Promise<readonly Node[]> {
  const found: Address[] = [];
  let failure: unknown;
  for (const { host, port } of nodes) {
    try {
      const names = await transport.canonicalNames(host);
      found.push(...names.map((name) => ({ host: name, port })));
    } catch (error) {
      failure = error;
    }
  }
  if (found.length === 0) throw failure;
  return found.map((address, index) => ({ id: -1 - index, ...address, rack: null }));
}
