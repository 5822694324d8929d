/** A broker that is killed, or whose machine loses its power, and that starts again with what is on its disk. */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { FaultPlan } from "../../cluster/testing/fault_plan.ts";
import { TestBroker } from "../../cluster/testing/test_broker.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";
import { CollectingLogger, SeededRandom } from "../support/manual_env.ts";
import type { FaultyNetwork } from "./faulty_network.ts";
import type { VirtualClock } from "./virtual_clock.ts";

/** How a broker dies: the process alone, or the machine with what was not flushed. */
export type Death = "kill" | "power-cut";

/** One broker, in its many lives. */
export class MortalBroker {
  static readonly PORT = 9092;
  /** What goes wrong with requests. */
  readonly faults = new FaultPlan();
  readonly #clock: VirtualClock;
  readonly #network: FaultyNetwork;
  readonly #properties: Readonly<Record<string, string>>;
  #fileSystem = new FaultyFileSystem();
  #life = new AbortController();
  #lives = 0;
  #broker: TestBroker | undefined;
  #transport: MemoryTransport | undefined;

  constructor(
    clock: VirtualClock,
    network: FaultyNetwork,
    properties: Readonly<Record<string, string>> = {},
  ) {
    this.#clock = clock;
    this.#network = network;
    this.#properties = properties;
  }

  /** Whether it runs. */
  get isUp(): boolean {
    return this.#broker !== undefined;
  }

  /** The way to it on which nothing goes wrong. */
  get transport(): MemoryTransport {
    return this.#transport!;
  }

  /** Starts it. */
  async start(): Promise<void> {
    const transport = new MemoryTransport();
    this.#life = new AbortController();
    this.#broker = await TestBroker.start({
      transport,
      port: MortalBroker.PORT,
      faults: this.faults,
      properties: this.#properties,
      env: {
        fileSystem: this.#fileSystem,
        clock: this.#clock.mortal(this.#life.signal),
        random: new SeededRandom(1000 + this.#lives++),
        logger: new CollectingLogger(),
      },
    });
    this.#transport = transport;
    this.#network.attach(transport);
  }

  /**
   * It dies at an operation on its disk.
   *
   * @param operations how many it does before
   */
  dieAfter(operations: number, death: Death, seed: number): void {
    const fileSystem = this.#fileSystem;
    const last = fileSystem.operations + operations;
    fileSystem.onOperation = ({ number }) => {
      if (number >= last && this.#fileSystem === fileSystem) this.die(death, seed);
    };
  }

  /** It dies now. What it still does, nobody sees. */
  die(death: Death, seed: number): void {
    const fileSystem = this.#fileSystem;
    fileSystem.onOperation = undefined;
    this.#fileSystem = death === "kill"
      ? fileSystem.processKill({ seed })
      : fileSystem.afterCrash({ seed });
    this.#broker = undefined;
    this.#network.detach();
    this.#life.abort();
  }

  /** Stops it as an operator does. */
  async stop(): Promise<void> {
    const broker = this.#broker;
    this.#broker = undefined;
    this.#network.detach();
    await broker?.[Symbol.asyncDispose]();
  }
}
