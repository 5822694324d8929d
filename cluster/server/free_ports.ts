/**
 * Ports for nodes that have to know of each other before the first one listens.
 *
 * @module
 */

import type { Listener, Transport } from "../../client/network/transport.ts";

/** Ports of a host on which nobody listens just now; all are different. */
export async function freePorts(
  transport: Transport,
  host: string,
  count: number,
): Promise<number[]> {
  const listeners: Listener[] = [];
  try {
    for (let i = 0; i < count; i++) listeners.push(await transport.listen({ host, port: 0 }));
    return listeners.map(({ address }) => address.port);
  } finally {
    for (const listener of listeners) listener.close();
  }
}
