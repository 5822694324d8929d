import { assertEquals } from "@std/assert";
import { APIS } from "../../client/protocol/apis.ts";
import { decode, encode, type Message, messageOf } from "../../storage/message/message_codec.ts";
import { clusterMetadataSchemas } from "../../storage/message/schemas/cluster_metadata.ts";
import { SeededRandom } from "../support/manual_env.ts";
import { randomMessage, versionsOf } from "../support/random_messages.ts";
import { javaWithInput } from "./kafka/apache_kafka.ts";

/** Random messages of every kind and version go through our codec and through Apache Kafka's generated classes; the bytes are equal. */

const seed = Number(Deno.env.get("SEED") ?? 43);
const times = Number(Deno.env.get("MESSAGES") ?? 4);

interface Case {
  readonly message: Message<unknown>;
  /** Kafka's class. */
  readonly className: string;
  readonly version: number;
}

function cases(messages: readonly Message<unknown>[], className: (name: string) => string): Case[] {
  return messages.flatMap((message) =>
    versionsOf(message.schema).flatMap((version) =>
      Array.from(
        { length: times },
        () => ({ message, className: className(message.name), version }),
      )
    )
  );
}

const all: readonly Case[] = [
  ...cases(
    APIS.flatMap(({ request, response }) => [request, response]),
    (name) => `org.apache.kafka.common.message.${name}Data`,
  ),
  ...cases(
    clusterMetadataSchemas().map((schema) => messageOf<unknown>(schema)),
    (name) => `org.apache.kafka.common.metadata.${name}`,
  ),
];

function nameOf({ message, version }: Case, index: number): string {
  return `${message.name} version ${version}, message ${index}, SEED=${seed}`;
}

Deno.test("what is written here, Kafka reads and writes as it was", async () => {
  const random = new SeededRandom(seed);
  const written = all.map(({ message, version }) => {
    const value = randomMessage(random, message.schema, version, { hasUnknownTaggedFields: true });
    return encode(message, version, value).toHex();
  });
  const lines = all.map((each, i) => `${each.className} ${each.version} ${written[i]}`);
  const answers = await javaWithInput(lines, "RoundTripMessages");
  assertEquals(answers.length, all.length);
  all.forEach((each, i) => assertEquals(answers[i], written[i], nameOf(each, i)));
});

Deno.test("what Kafka writes is read here and written as it was", async () => {
  const lines = all.map((each, i) => `${each.className} ${each.version} ?${seed * 1_000_000 + i}`);
  const answers = await javaWithInput(lines, "RoundTripMessages");
  assertEquals(answers.length, all.length);
  all.forEach((each, i) => {
    const bytes = Uint8Array.fromHex(answers[i]!);
    const value = decode(each.message, each.version, bytes) as Record<string, unknown>;
    assertEquals(encode(each.message, each.version, value).toHex(), answers[i], nameOf(each, i));
  });
});
