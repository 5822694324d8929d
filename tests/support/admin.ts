/** A broker for tests on a network in memory, and admin clients of it. */

import { Admin } from "../../client/admin/admin.ts";
import type { AdminOptions } from "../../client/admin/admin_options.ts";
import { TestBroker, type TestBrokerOptions } from "../../cluster/testing/mod.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import type { ScriptedNodes } from "./scripted_nodes.ts";

/** A broker, and an admin client of it. */
export interface AdminWorld extends AsyncDisposable {
  readonly broker: TestBroker;
  readonly transport: MemoryTransport;
  readonly admin: Admin;
  /** Another admin client; whoever makes it closes it. */
  another(options?: AdminOptions): Admin;
}

/** Starts both. */
export async function adminWorld(
  options: AdminOptions = {},
  brokerOptions: TestBrokerOptions & { readonly transport?: MemoryTransport } = {},
): Promise<AdminWorld> {
  const { transport = new MemoryTransport() } = brokerOptions;
  const broker = await TestBroker.start({ ...brokerOptions, transport });
  const another = (options: AdminOptions = {}) =>
    new Admin({
      bootstrapServers: broker.bootstrapServers,
      retryBackoffMs: 1,
      transport,
      ...options,
    });
  const admin = another(options);
  return {
    broker,
    transport,
    admin,
    another,
    async [Symbol.asyncDispose]() {
      await admin.close();
      await broker[Symbol.asyncDispose]();
    },
  };
}

/** An admin client of scripted nodes; whoever makes it closes it. */
export function scriptedAdmin(nodes: ScriptedNodes, options: AdminOptions = {}): Admin {
  return new Admin({
    bootstrapServers: nodes.bootstrapServers,
    retryBackoffMs: 1,
    retryBackoffMaxMs: 1,
    reconnectBackoffMs: 1,
    reconnectBackoffMaxMs: 1,
    requestTimeoutMs: 3000,
    defaultApiTimeoutMs: 3000,
    transport: nodes.transport,
    ...options,
  });
}
