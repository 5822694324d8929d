/**
 * A broker for tests.
 *
 * @module
 */

import type { Transport } from "../../client/network/transport.ts";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { Broker } from "../server/broker.ts";
import { FaultInjector } from "./fault_injector.ts";
import { FaultPlan } from "./fault_plan.ts";
import { RequestLog } from "./request_log.ts";

/** How a broker for tests differs from the usual. */
export interface TestBrokerOptions {
  /** Properties of Kafka's `server.properties`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Where the data goes, such as a temporary directory. Default: memory, which is gone with the broker. */
  readonly dir?: string;
  /** Port. Default: 0, which is any that is free. */
  readonly port?: number;
  /** Host. Default: `127.0.0.1`. */
  readonly host?: string;
  /** The world, for a test that moves the time. Default: the system's, with files in memory unless there is a `dir`. */
  readonly env?: Env;
  /** The network. Default: TCP, which every client can reach. */
  readonly transport?: Transport;
  /** Faults from the first request on; brokers may share them. Default: none. */
  readonly faults?: FaultPlan;
}

/** What makes tests quick: groups form at once, and the cluster's own topics are small. Properties win. */
const QUICK: Readonly<Record<string, string>> = {
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.num.partitions": "1",
  "transaction.state.log.num.partitions": "1",
};

/** A running broker that can be told to fail, and tells what it was asked. */
export class TestBroker implements AsyncDisposable {
  readonly #broker: Broker;
  readonly #injector: FaultInjector;
  /** Orders what is to go wrong. */
  readonly faults: FaultPlan;
  /** The requests that came. */
  readonly requests: RequestLog;

  private constructor(
    broker: Broker,
    injector: FaultInjector,
    faults: FaultPlan,
    requests: RequestLog,
  ) {
    this.#broker = broker;
    this.#injector = injector;
    this.faults = faults;
    this.requests = requests;
  }

  /**
   * Starts a broker.
   *
   * @throws what {@linkcode Broker.start} throws
   */
  static async start(options: TestBrokerOptions = {}): Promise<TestBroker> {
    const { properties, dir, port = 0, host = "127.0.0.1", transport } = options;
    const env = options.env ?? worldOf(dir);
    const faults = options.faults ?? new FaultPlan();
    const requests = new RequestLog();
    const running: { broker?: Broker } = {};
    const hook = new FaultInjector({
      faults,
      requests,
      clock: env.clock,
      topicNames: (id) => running.broker?.metadata.topics.byId.get(id)?.name,
    });
    const broker = running.broker = await Broker.start({
      properties: { ...QUICK, ...properties },
      dir: dir ?? "/kafka",
      port,
      host,
      env,
      hook,
      ...(transport === undefined ? {} : { transport }),
    });
    return new TestBroker(broker, hook, faults, requests);
  }

  /** The broker itself. */
  get broker(): Broker {
    return this.#broker;
  }

  /** `host:port`, as clients want it for `bootstrap.servers`. */
  get bootstrapServers(): string {
    const { host, port } = this.#broker.address;
    return `${host}:${port}`;
  }

  /** Stops the broker. What a fault holds back ends; whoever waits for requests is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#injector.close();
    await this.#broker.shutdown();
    this.requests.close();
  }
}

function worldOf(dir: string | undefined): Env {
  const env = systemEnv();
  return dir === undefined
    ? { ...env, fileSystem: new MemoryFileSystem({ now: () => env.clock.now() }) }
    : env;
}
