/** Clients, a broker and the network between them, all in virtual time and from one seed. */

import type { ClientEnv } from "../../client/kafka_client.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { makeTopic } from "../support/broker.ts";
import { CollectingLogger, SeededRandom } from "../support/manual_env.ts";
import { TestClient } from "../support/test_client.ts";
import { BLACK_HOLE, CALM, FaultyNetwork, type Weather } from "./faulty_network.ts";
import { type Death, MortalBroker } from "./mortal_broker.ts";
import { VirtualClock } from "./virtual_clock.ts";

const decoder = new TextDecoder();
const ADDRESS = { host: "127.0.0.1", port: MortalBroker.PORT };
/** What brokers answer that is sent again. */
const PASSING = ["NOT_LEADER_OR_FOLLOWER", "NOT_ENOUGH_REPLICAS", "REQUEST_TIMED_OUT"] as const;
/** What the broker was asked when it fails, and how. */
const APIS = ["Produce", "Fetch", "Metadata", "InitProducerId", "ListOffsets"] as const;

/** One world. */
export class ClientWorld {
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly network: FaultyNetwork;
  readonly broker: MortalBroker;
  /** For clients. */
  readonly env: ClientEnv & { readonly logger: CollectingLogger };
  readonly bootstrapServers = `${ADDRESS.host}:${ADDRESS.port}`;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.network = new FaultyNetwork(new SeededRandom(seed + 0.5 * 2 ** 32), this.clock);
    this.broker = new MortalBroker(this.clock, this.network);
    this.env = { clock: this.clock, random: this.random, logger: new CollectingLogger() };
  }

  /** The configs that connect a client to this world. */
  get client() {
    const { bootstrapServers, network: transport, env } = this;
    return { bootstrapServers, transport, env };
  }

  async topic(
    name: string,
    partitions: number,
    configs: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    using client = await TestClient.connect(this.broker.transport, ADDRESS);
    await makeTopic(client, name, partitions, configs);
  }

  /** The values of a partition, by offset. */
  async values(topic: string, partition: number): Promise<string[]> {
    using client = await TestClient.connect(this.broker.transport, ADDRESS);
    const values: string[] = [];
    for (;;) {
      const { responses: [answer] } = await client.call(fetch, 12, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1 << 26,
        topics: [{
          topic,
          partitions: [{ partition, fetchOffset: values.length, partitionMaxBytes: 1 << 26 }],
        }],
      });
      const { records } = answer!.partitions[0]!;
      const batches = records === null ? [] : [...batchesIn(records)];
      if (batches.length === 0) return values;
      for (const batch of batches) {
        for (const { offset, value } of batch.records()) values[offset] = decoder.decode(value!);
      }
    }
  }

  /** Waits for a while, ms. */
  async pause(mostMs: number): Promise<void> {
    await this.clock.sleep(this.random.next() * mostMs);
  }

  /** Lets misfortune happen until it is told to stop; then all is well. */
  async disturb(death: Death, stop: AbortSignal): Promise<void> {
    const { random, broker, network } = this;
    while (!stop.aborted) {
      const roll = random.below(10);
      if (roll < 4) network.weather = this.#storm();
      else if (roll === 4) network.weather = { ...CALM, refuse: 1 };
      else if (roll === 5) network.weather = BLACK_HOLE;
      else if (roll === 6) network.breakConnections();
      else if (roll === 7) this.#orderFaults();
      else if (roll === 8) network.weather = CALM;
      else await this.#outlive(death);
      await this.pause(2500);
    }
    network.weather = CALM;
    broker.faults.clear();
  }

  async #outlive(death: Death): Promise<void> {
    const { random, broker, clock } = this;
    broker.dieAfter(random.below(20), death, random.below(1e6));
    for (let waited = 0; broker.isUp && waited < 20; waited++) await clock.sleep(50);
    if (broker.isUp) broker.die(death, random.below(1e6));
    await this.pause(3000);
    await broker.start();
  }

  #orderFaults(): void {
    const { random, broker: { faults } } = this;
    const api = random.chance(0.5) ? "Produce" : random.pick(APIS);
    const filter = { api, times: 1 + random.below(4) };
    const roll = random.below(4);
    if (roll === 0) faults.drop(filter);
    else if (roll === 1) faults.drop({ ...filter, when: "after" });
    else if (roll === 2) faults.delay(random.below(6000), filter);
    else if (api === "Produce") faults.answer(random.pick(PASSING), filter);
    else faults.answer("NOT_LEADER_OR_FOLLOWER", { ...filter, api: "Fetch" });
  }

  #storm(): Weather {
    const { random } = this;
    const some = (most: number) => random.chance(0.5) ? random.next() * most : 0;
    return {
      refuse: some(0.5),
      ignore: some(0.2),
      lose: some(0.1),
      tear: some(0.1),
      freeze: some(0.05),
      repeat: some(0.05),
      delay: some(0.3),
      maxDelayMs: random.pick([30, 500, 8000]),
    };
  }
}
