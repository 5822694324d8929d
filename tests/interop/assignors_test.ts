/**
 * Shares partitions beside Apache Kafka's own assignors, through the rebalances of random groups: all members get the same.
 * Subscriptions go there, and assignments come from there, as they do in a group.
 */

import { assertEquals } from "@std/assert";
import { partitionAssignors } from "../../client/consumer/assignors/assignors.ts";
import {
  decodeAssignment,
  decodeSubscription,
  encodeSubscription,
} from "../../client/consumer/assignors/consumer_protocol.ts";
import type {
  Assignment,
  PartitionAssignor,
  Subscription,
} from "../../client/consumer/assignors/partition_assignor.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { assignableTopics } from "../support/assignments.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { javaFile } from "./kafka/apache_kafka.ts";

/** How many groups live through their rebalances with each assignor, and the seed of the first. */
const HISTORIES = Number(Deno.env.get("HISTORIES") ?? 1000);
const SEED = Number(Deno.env.get("SEED") ?? 1);
const RACKS = ["x", "y", "z"];

interface Member {
  readonly id: string;
  readonly instance: string | null;
  readonly assignor: PartitionAssignor;
  rack: string | null;
  topics: string[];
  owned: readonly TopicPartition[];
  generation: number;
}

/** What a leader was asked, for the other side, and what it said. */
interface Rebalance {
  readonly lines: readonly string[];
  readonly shared: string;
}

/** A group whose members come, go, change their minds, and miss rebalances. */
class Group {
  readonly #random: SeededRandom;
  readonly #className: string;
  readonly #leader: PartitionAssignor;
  readonly #hasRacks: boolean;
  readonly #isUniform: boolean;
  readonly #topics: Record<string, string[][]> = {};
  readonly #crowd: number;
  #members: Member[] = [];
  #made = 0;
  #generation = 0;

  constructor(seed: number, className: string) {
    this.#random = new SeededRandom(seed);
    this.#className = className;
    this.#leader = this.#assignor();
    this.#hasRacks = this.#random.chance(0.5);
    this.#isUniform = this.#random.chance(0.5);
    this.#crowd = this.#random.chance(0.05) ? 60 : 7;
    for (let i = this.#random.below(5); i >= 0; i--) this.#addTopic();
    for (let i = this.#random.below(this.#crowd); i >= 0; i--) this.#addMember();
  }

  *rebalances(): Generator<Rebalance> {
    for (let i = this.#random.below(5); i >= 0; i--) {
      yield this.#rebalance(`assignor ${this.#className}`);
      this.#change();
    }
  }

  #assignor(): PartitionAssignor {
    return partitionAssignors(this.#className)[0]!;
  }

  #addTopic(): void {
    // Kafka shares partitions twice when a topic comes back with fewer of them: each topic comes once.
    const name = `topic-${this.#random.below(1000)}-${this.#made++}`;
    this.#topics[name] = [];
    this.#addPartitions(name);
  }

  #addPartitions(name: string): void {
    const isEverywhere = this.#random.chance(0.2);
    for (let i = this.#random.below(14); i >= 0; i--) {
      const racks = RACKS.filter(() => isEverywhere || this.#random.chance(0.4));
      this.#topics[name]!.push(this.#hasRacks ? racks : []);
    }
  }

  #addMember(): void {
    const number = this.#made++;
    this.#members.push({
      id: `consumer-${this.#random.below(1e9)}-${number}`,
      instance: this.#random.chance(0.2) ? `static-${1000 - number}` : null,
      assignor: this.#assignor(),
      rack: this.#rack(),
      topics: this.#wishes(),
      owned: [],
      generation: -1,
    });
  }

  #rack(): string | null {
    return this.#hasRacks && this.#random.chance(0.8) ? RACKS[this.#random.below(3)]! : null;
  }

  #wishes(): string[] {
    const names = ["absent", ...Object.keys(this.#topics)];
    const some = names.filter(() => this.#isUniform || this.#random.chance(0.6));
    return some.length === 0 ? names : some;
  }

  #change(): void {
    const random = this.#random;
    if (random.chance(0.3)) this.#addTopic();
    for (const name of Object.keys(this.#topics)) {
      if (random.chance(0.1)) this.#addPartitions(name);
      else if (random.chance(0.05)) delete this.#topics[name];
    }
    const stays = random.chance(0.5) ? 1 : 0.7;
    this.#members = this.#members.filter(() => random.chance(stays));
    while (this.#members.length === 0 || random.chance(0.4)) this.#addMember();
    const everybodys = this.#wishes();
    for (const member of this.#members) {
      if (this.#isUniform) member.topics = everybodys;
      else if (random.chance(0.2)) member.topics = this.#wishes();
      if (random.chance(0.05)) member.rack = this.#rack();
      if (random.chance(0.05)) this.#learn(member, this.#members[0]!.owned, member.generation);
    }
  }

  #rebalance(begin: string): Rebalance {
    const isCooperative = this.#leader.supportedProtocols?.includes("COOPERATIVE") === true;
    const subscriptions = new Map<string, Subscription>();
    const lines = this.#generation === 0 ? [begin] : [];
    for (const [name, partitions] of Object.entries(this.#topics)) {
      lines.push(["topic", name, ...partitions.map((racks) => racks.join(",") || "-")].join(" "));
    }
    for (const member of this.#members) {
      const { id, instance, assignor, owned, generation, rack } = member;
      const forgets = this.#random.chance(0.1);
      if (!this.#isUniform && (forgets || generation !== this.#generation)) {
        // Kafka gives members back what they had in an earlier generation, whether they want it or not. Here they do.
        member.topics = [...new Set([...member.topics, ...owned.map(({ topic }) => topic)])];
      }
      const { topics } = member;
      let userData = assignor.subscriptionUserData?.(topics) ?? null;
      if (userData !== null && forgets) userData = userData.slice(0, -4);
      const encoded = encodeSubscription({
        topics,
        userData,
        ownedPartitions: isCooperative ? owned : [],
        generationId: forgets ? -1 : generation,
        rackId: rack,
        groupInstanceId: instance,
      });
      lines.push(`member ${id} ${instance ?? "-"} ${encoded.toHex()}`);
      subscriptions.set(id, { ...decodeSubscription(encoded), groupInstanceId: instance });
    }
    const assignments = this.#leader.assign(assignableTopics(this.#topics), subscriptions);
    this.#generation++;
    for (const member of this.#members) {
      if (this.#random.chance(0.1)) continue;
      this.#learn(member, assignments.get(member.id)!.partitions, this.#generation);
    }
    return { lines: [...lines, "assign"], shared: shown(assignments) };
  }

  #learn(member: Member, partitions: readonly TopicPartition[], generationId: number): void {
    member.owned = partitions;
    member.generation = generationId;
    const { id: memberId, instance: groupInstanceId } = member;
    member.assignor.onAssignment?.(
      { partitions, userData: null },
      { groupId: "group", generationId, memberId, groupInstanceId },
    );
  }
}

function shown(assignments: ReadonlyMap<string, Assignment>): string {
  const members = Array.from(
    assignments,
    ([member, { partitions }]) =>
      `${member}: ${partitions.map(topicPartitionKey).sort().join(" ")}`,
  );
  return members.sort().join("\n");
}

function shownAsWritten(line: string): string {
  if (line.startsWith("threw")) return line;
  return shown(
    new Map(
      line.split(" ").map((one) => {
        const [member, bytes] = one.split("=");
        return [member!, decodeAssignment(Uint8Array.fromHex(bytes!))];
      }),
    ),
  );
}

for (
  const name of [
    "RangeAssignor",
    "RoundRobinAssignor",
    "StickyAssignor",
    "CooperativeStickyAssignor",
  ]
) {
  Deno.test(`${name} shares as Apache Kafka's`, async () => {
    const rebalances: (Rebalance & { readonly seed: number })[] = [];
    for (let seed = SEED; seed < SEED + HISTORIES; seed++) {
      const group = new Group(seed, `org.apache.kafka.clients.consumer.${name}`);
      for (const rebalance of group.rebalances()) rebalances.push({ ...rebalance, seed });
    }
    const source = new URL("./kafka/AssignPartitions.java", import.meta.url).pathname;
    const { code, stdout, stderr } = await javaFile(source, [], {
      input: rebalances.flatMap(({ lines }) => lines).map((line) => `${line}\n`).join(""),
      jvm: ["-XX:+UseSerialGC", "-Xmx512M", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"],
    });
    assertEquals(code, 0, stderr);
    const kafkas = stdout.trim().split("\n");
    assertEquals(kafkas.length, rebalances.length);
    for (const [i, { shared, seed }] of rebalances.entries()) {
      assertEquals(shared, shownAsWritten(kafkas[i]!), `SEED=${seed}, rebalance ${i}`);
    }
  });
}
