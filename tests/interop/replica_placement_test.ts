/** Places replicas beside Apache Kafka's own placer, with the same chance on both sides: the same brokers get them. */

import { assertEquals } from "@std/assert";
import { placeReplicas } from "../../client/metadata/replica_placement.ts";
import type { Random } from "../../storage/env.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { classPath, quick, run } from "./kafka/apache_kafka.ts";

class Lehmer implements Pick<Random, "next"> {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = this.#state * 48271 % 2147483647;
    return this.#state / 2147483647;
  }
}

/** Clusters of up to twelve brokers in up to four racks, some of them fenced. */
function draw(seed: number) {
  const random = new SeededRandom(seed);
  const numRacks = random.below(5);
  const brokers = Array.from({ length: 1 + random.below(12) }, (_, brokerId) => ({
    brokerId,
    rack: numRacks === 0 ? null : `${random.below(numRacks)}`,
    fenced: brokerId > 0 && random.chance(0.2),
  }));
  const spec = {
    numPartitions: 1 + random.below(20),
    replicationFactor: 1 + random.below(Math.min(brokers.length, 4)),
  };
  return { seed, brokers, spec };
}

Deno.test("replicas are placed where Apache Kafka places them", async () => {
  const clusters = Array.from({ length: 500 }, (_, i) => draw(i + 1));
  const lines = clusters.map(({ seed, brokers, spec }) =>
    [
      seed,
      spec.numPartitions,
      spec.replicationFactor,
      ...brokers.map(({ brokerId, rack, fenced }) => `${brokerId}:${rack ?? ""}:${fenced}`),
    ].join(" ")
  );
  const source = new URL("./kafka/PlaceReplicas.java", import.meta.url).pathname;
  const { code, stdout, stderr } = await run(
    "java",
    [...quick, "-cp", await classPath(), source],
    lines.join("\n"),
  );
  assertEquals(code, 0, stderr);
  const kafkas = stdout.trim().split("\n");
  clusters.forEach(({ seed, brokers, spec }, i) => {
    const ours = placeReplicas(spec, brokers, new Lehmer(seed))
      .map((replicas) => `[${replicas.join(", ")}]`).join("");
    assertEquals(ours, kafkas[i], lines[i]);
  });
});
