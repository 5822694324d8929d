/**
 * Random histories of a cluster of three brokers, held against a naive model: what topics, partitions, configs and producer ids there
 * are, and what must hold of every partition whatever happens. A failing run prints its seed; `SEED=<seed>` runs it again.
 */

import { assert, assertEquals } from "@std/assert";
import {
  beginControlledShutdown,
  fenceBroker,
  registerBroker,
} from "../../../cluster/controller/broker_registration.ts";
import {
  ALTER_CONFIG_OP,
  incrementalAlterConfigs,
} from "../../../cluster/controller/config_changes.ts";
import { electLeaders } from "../../../cluster/controller/leader_election.ts";
import { MetadataImage } from "../../../cluster/controller/metadata_image.ts";
import {
  decodeMetadataRecord,
  encodeMetadataRecord,
  metadataRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { createPartitions } from "../../../cluster/controller/partition_addition.ts";
import { alterPartitionReassignments } from "../../../cluster/controller/partition_reassignment.ts";
import { allocateProducerIds } from "../../../cluster/controller/producer_id_blocks.ts";
import { createTopics } from "../../../cluster/controller/topic_creation.ts";
import { deleteTopics } from "../../../cluster/controller/topic_deletion.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { brokerDetails, idOf, shown, TestController } from "./controller_support.ts";

const BROKERS = [1, 2, 3];
const NAMES = ["a", "b", "a.b", "a_b", "c", "bad name", ""];
const CONFIGS = ["retention.ms", "segment.ms", "min.insync.replicas"];

interface ModelTopic {
  partitions: number;
  readonly configs: Map<string, string>;
}

/** What there should be, found out in the simplest way. */
class Model {
  readonly topics = new Map<string, ModelTopic>();
  nextProducerId = 0;

  mayCreate(name: string): boolean {
    return /^[\w.-]+$/.test(name) && !this.topics.has(name) &&
      ![...this.topics.keys()].some((other) =>
        other.replaceAll(".", "_") === name.replaceAll(".", "_")
      );
  }
}

/** One random history. */
class History {
  readonly controller: TestController;
  readonly model = new Model();
  readonly random: SeededRandom;
  #runs = 0;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.controller = new TestController({
      seed,
      elr: this.random.below(2),
      brokers: { 1: {}, 2: { rack: "r" }, 3: { rack: "r" } },
    });
    // Behind the epochs that the brokers have.
    this.controller.image.offset = 1000;
  }

  step(): void {
    const steps = [
      () => this.create(),
      () => this.create(),
      () => this.delete(),
      () => this.grow(),
      () => this.configure(),
      () => this.allocate(),
      () => this.stop(),
      () => this.restart(),
      () => this.restart(),
      () => this.catchUp(),
      () => this.catchUp(),
      () => this.elect(),
      () => this.reassign(),
    ];
    this.random.pick(steps)();
    this.check();
  }

  #anyTopic(): string {
    return this.random.pick([...this.model.topics.keys(), "none"]);
  }

  get #isUp(): boolean {
    return BROKERS.some((id) => this.controller.image.cluster.isActive(id));
  }

  create(): void {
    const name = this.random.pick(NAMES);
    const numPartitions = 1 + this.random.below(3);
    const configs = this.random.chance(0.3) ? [{ name: "retention.ms", value: "5" }] : [];
    const replicationFactor = 1 + this.random.below(3);
    const { response: [result] } = this.controller.decide((context) =>
      createTopics(context, {
        topics: [{ name, numPartitions, replicationFactor, assignments: [], configs }],
        timeoutMs: 0,
        validateOnly: false,
      })
    );
    // Replicas may come to lie on brokers of which none can lead, when brokers are about to stop.
    const expected = this.model.mayCreate(name) && this.#isUp;
    if (!expected) return assert(result!.errorCode !== 0, `made ${name}`);
    if (result!.errorCode !== 0) {
      assert(/controlled shutdown/.test(result!.errorMessage!), result!.errorMessage!);
      return;
    }
    this.model.topics.set(name, {
      partitions: numPartitions,
      configs: new Map(configs.map(({ name, value }) => [name, value])),
    });
  }

  delete(): void {
    const name = this.#anyTopic();
    const id = this.controller.image.topics.byName.get(name)?.id ?? idOf("none");
    const topic = this.random.chance(0.5)
      ? { name, topicId: ZERO_UUID }
      : { name: null, topicId: id };
    const { response: [result] } = this.controller.decide((context) =>
      deleteTopics(context, { topicNames: [], topics: [topic], timeoutMs: 0 })
    );
    assertEquals(result!.errorCode === 0, this.model.topics.delete(name));
  }

  grow(): void {
    const name = this.#anyTopic();
    const topic = this.model.topics.get(name);
    const count = this.random.below(6);
    const { response: [result] } = this.controller.decide((context) =>
      createPartitions(context, {
        topics: [{ name, count, assignments: null }],
        timeoutMs: 0,
        validateOnly: false,
      })
    );
    if (topic === undefined || count <= topic.partitions || !this.#isUp) {
      return assert(result!.errorCode !== 0);
    }
    if (result!.errorCode !== 0) return assert(/controlled shutdown/.test(result!.errorMessage!));
    topic.partitions = count;
  }

  configure(): void {
    const resource = { type: 2, name: this.#anyTopic() };
    const topic = this.model.topics.get(resource.name);
    const name = this.random.pick(CONFIGS);
    const value = this.random.chance(0.3) ? null : String(1 + this.random.below(3));
    const operation = value === null ? ALTER_CONFIG_OP.DELETE : ALTER_CONFIG_OP.SET;
    const { response: [result] } = this.controller.decide((context) =>
      incrementalAlterConfigs(context, [{ resource, ops: [{ name, operation, value }] }])
    );
    assertEquals(result!.error === "NONE", topic !== undefined);
    if (value === null) topic?.configs.delete(name);
    else topic?.configs.set(name, value);
  }

  allocate(): void {
    const brokerId = this.random.pick(BROKERS);
    const { brokerEpoch } = this.controller.image.cluster.brokers.get(brokerId)!;
    const { response } = this.controller.decide((context) =>
      allocateProducerIds(context, brokerId, brokerEpoch)
    );
    assertEquals(response.firstProducerId, this.model.nextProducerId);
    this.model.nextProducerId += response.size;
  }

  stop(): void {
    const brokerId = this.random.pick(BROKERS);
    if (this.random.chance(0.5)) {
      this.controller.decide((context) => beginControlledShutdown(context, brokerId));
    }
    this.check();
    this.controller.decide((context) => fenceBroker(context, brokerId, true));
  }

  restart(): void {
    const brokerId = this.random.pick(BROKERS);
    const { brokerEpoch } = this.controller.image.cluster.brokers.get(brokerId)!;
    const details = brokerDetails(brokerId, {
      incarnationId: idOf(`run-${brokerId}-${++this.#runs}`),
      ...(this.random.chance(0.5) ? { previousBrokerEpoch: brokerEpoch } : {}),
    });
    const { response } = this.controller.decide((context, nextOffset) =>
      registerBroker(context, details, nextOffset, true)
    );
    assert(response > brokerEpoch, "the epoch grows");
    this.check();
    this.controller.decide((context) => fenceBroker(context, brokerId, false));
  }

  /** A leader says that all replicas that are up are in sync, as AlterPartition does. */
  catchUp(): void {
    const { image } = this.controller;
    const topic = image.topics.byName.get(this.#anyTopic());
    for (const [partitionId, { replicas, leader, isr }] of topic?.partitions ?? []) {
      const all = replicas.filter((id) => image.cluster.isActive(id));
      if (leader < 0 || all.length === isr.length || !all.includes(leader)) continue;
      const change = { topicId: topic!.id, partitionId, leader: -2, isr: all };
      this.controller.replay(
        metadataRecord("PartitionChangeRecord", 2, { ...change, eligibleLeaderReplicas: [] }),
      );
    }
  }

  elect(): void {
    const electionType = this.random.below(2);
    this.controller.decide((context) =>
      electLeaders(context, { electionType, topicPartitions: null, timeoutMs: 0 })
    );
  }

  reassign(): void {
    const name = this.#anyTopic();
    const wanted = BROKERS.filter(() => this.random.chance(0.6));
    const replicas = this.random.chance(0.3) ? null : wanted;
    this.controller.decide((context) =>
      alterPartitionReassignments(context, {
        timeoutMs: 0,
        allowReplicationFactorChange: true,
        topics: [{ name, partitions: [{ partitionIndex: 0, replicas }] }],
      })
    );
  }

  check(): void {
    const { image } = this.controller;
    assertEquals([...image.topics.byName.keys()].sort(), [...this.model.topics.keys()].sort());
    assertEquals(image.nextProducerId, this.model.nextProducerId);
    for (const [name, { partitions, configs }] of this.model.topics) {
      const topic = image.topics.byName.get(name)!;
      assertEquals(image.topics.byId.get(topic.id), topic);
      assertEquals([...topic.partitions.keys()], Array.from({ length: partitions }, (_, id) => id));
      assertEquals(new Map(image.configs.of(2, name)), configs);
      for (const [id, partition] of topic.partitions) {
        this.#checkPartition(`${name}-${id}`, partition);
      }
    }
  }

  #checkPartition(name: string, partition: ReturnType<TestController["partition"]>): void {
    const { replicas, directories, isr, elr, leader, addingReplicas, removingReplicas } = partition;
    const { cluster } = this.controller.image;
    const told = `${name} ${JSON.stringify(partition)}`;
    const isPart = (ids: readonly number[]) => ids.every((id) => replicas.includes(id));
    assert(replicas.length > 0 && new Set(replicas).size === replicas.length, told);
    assertEquals(directories, replicas.map((id) => idOf(`dir-${id}`)), told);
    assert(isPart(isr) && isPart(elr) && isPart(addingReplicas) && isPart(removingReplicas), told);
    assert(!elr.some((id) => isr.includes(id)), told);
    if (leader >= 0) return assert(isr.includes(leader) && cluster.isActive(leader), told);
    assert(!isr.some((id) => cluster.isActive(id)), told);
  }
}

function run(seed: number, steps = 300): History {
  const history = new History(seed);
  for (let i = 0; i < steps; i++) history.step();
  return history;
}

const SEED = Deno.env.get("SEED");
const seeds = SEED === undefined ? Array.from({ length: 60 }, (_, i) => i + 1) : [Number(SEED)];

Deno.test("random histories leave what a naive model says, and every partition sound", () => {
  for (const seed of seeds) {
    try {
      run(seed);
    } catch (error) {
      throw new Error(`Seed of the history that failed: ${seed}`, { cause: error });
    }
  }
});

Deno.test("the same seed decides the same records, byte for byte", () => {
  for (const seed of seeds.slice(0, 10)) {
    const [a, b] = [run(seed), run(seed)].map(({ controller }) =>
      controller.records.map(encodeMetadataRecord)
    );
    assertEquals(a, b);
  }
});

Deno.test("replaying the records, or a snapshot taken anywhere among them, gives the same image", () => {
  for (const seed of seeds.slice(0, 20)) {
    const { controller, random } = run(seed);
    const expected = inOneOrder(controller.image);
    const cut = random.below(controller.records.length);
    const image = new MetadataImage();
    for (const record of controller.records.slice(0, cut)) image.replay(record);
    const fromSnapshot = new MetadataImage();
    for (const record of image.toRecords()) {
      fromSnapshot.replay(decodeMetadataRecord(encodeMetadataRecord(record)));
    }
    for (const record of controller.records.slice(cut)) {
      image.replay(record);
      fromSnapshot.replay(record);
    }
    assertEquals(inOneOrder(image), expected, `seed ${seed}`);
    assertEquals(inOneOrder(fromSnapshot), expected, `seed ${seed}, snapshot after ${cut} records`);
  }
});

/** The order in which configs were set is in no snapshot. */
function inOneOrder(image: MetadataImage): string[] {
  return Array.from(image.toRecords(), shown).sort();
}
