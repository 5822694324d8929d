import { assert, assertEquals } from "@std/assert";
import { APIS } from "../../../client/protocol/apis.ts";
import { decode, encode, encodedSize } from "../../../storage/message/message_codec.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { randomMessage, versionsOf } from "../../support/random_messages.ts";

Deno.test("every file of messages is one API in the list, in the order of their numbers", async () => {
  const files = [
    ...Deno.readDirSync(new URL("../../../client/protocol/messages", import.meta.url)),
  ];
  const exported = await Promise.all(files.map(async ({ name }) => {
    const module = await import(`../../../client/protocol/messages/${name}`);
    assertEquals(Object.keys(module).length, 1, name);
    return Object.values(module)[0];
  }));
  assertEquals(new Set(exported), new Set(APIS));
  const keys = APIS.map((api) => api.key);
  assertEquals(keys, keys.toSorted((a, b) => a - b));
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("an API is named and numbered as its tables, and both have the same versions", () => {
  for (const { key, name, request, response } of APIS) {
    assertEquals([request.name, response.name], [`${name}Request`, `${name}Response`]);
    assertEquals([request.apiKey, response.apiKey], [key, key]);
    assertEquals(request.schema.validVersions, response.schema.validVersions, name);
    assert(request.schema.listeners.length > 0, name);
  }
});

Deno.test("random messages of every API and version come back as they went", () => {
  const random = new SeededRandom(Number(Deno.env.get("SEED") ?? 4));
  for (const api of APIS) {
    for (const message of [api.request, api.response]) {
      for (const version of versionsOf(message.schema)) {
        for (let i = 0; i < 4; i++) {
          const value = randomMessage(random, message.schema, version, {
            hasUnknownTaggedFields: true,
          });
          const bytes = encode(message, version, value);
          assertEquals(bytes.length, encodedSize(message, version, value));
          assertEquals(decode(message, version, bytes), value, `${message.name} ${version}`);
        }
      }
    }
  }
});

Deno.test("an empty draft of every API and version is its defaults", () => {
  for (const api of APIS) {
    for (const message of [api.request, api.response]) {
      for (const version of versionsOf(message.schema)) {
        const bytes = encode(message, version, {});
        const value = decode(message, version, bytes);
        assertEquals(encode(message, version, value as Record<string, unknown>), bytes);
      }
    }
  }
});
