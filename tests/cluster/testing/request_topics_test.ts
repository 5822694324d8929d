import { assertEquals } from "@std/assert";
import { APIS } from "../../../client/protocol/apis.ts";
import type { FieldSchema } from "../../../storage/message/message_schema.ts";
import { topicsOf } from "../../../cluster/testing/request_topics.ts";

const ZERO = "AAAAAAAAAAAAAAAAAAAAAA";
const names = (id: string) => id === "id-of-orders" ? "orders" : undefined;

Deno.test("topics are found by name, by id, in lists of names and as resources", () => {
  assertEquals(
    topicsOf({ topics: [{ topicId: ZERO, name: "a" }, { topicId: ZERO, name: "b" }] }, names),
    ["a", "b"],
  );
  assertEquals(topicsOf({ topicData: [{ topicId: "id-of-orders", name: "" }] }, names), ["orders"]);
  assertEquals(topicsOf({ topicNames: ["a", "b"] }, names), ["a", "b"]);
  assertEquals(
    topicsOf({
      resources: [{ resourceType: 2, resourceName: "a" }, { resourceType: 4, resourceName: "1" }],
    }, names),
    ["a"],
  );
});

Deno.test("a topic is found once, however often it is named", () => {
  assertEquals(topicsOf({ topics: [{ name: "a" }, { name: "a" }] }, names), ["a"]);
});

Deno.test("an id that nobody knows, a topic to be forgotten and other names are no topics", () => {
  assertEquals(
    topicsOf({
      topics: [{ topicId: "unknown", topic: "", partitions: [{ name: "x" }] }],
      forgottenTopicsData: [{ topicId: ZERO, topic: "gone" }],
      groupId: "g",
      memberId: "m",
    }, names),
    [],
  );
});

/** A message with one element in each list, and in each field that may name a topic one that tells the path. */
function sampleOf(fields: readonly FieldSchema[], path: string, expected: Set<string>): unknown {
  return Object.fromEntries(fields.map((field) => {
    const here = `${path}${field.name}`;
    const one = field.type === "struct"
      ? sampleOf(field.fields, `${here}.`, expected)
      : field.type === "string"
      ? here
      : field.type === "uuid"
      ? `id:${here}`
      : 0;
    const list = here.split(".").at(-2) ?? "";
    const namesTopic = !here.startsWith("forgotten") && (
      field.name === "topic" || field.name === "topicName" || field.name === "topicId" ||
      (field.name === "name" && /topic/i.test(list)) ||
      (field.isArray && field.type === "string" && /topicNames$|topics$/i.test(field.name))
    );
    if (namesTopic) expected.add(String(one));
    return [field.name, field.isArray ? [one] : one];
  }));
}

Deno.test("in every API, all that names a topic is found", () => {
  let found = 0;
  for (const { request } of APIS) {
    const expected = new Set<string>();
    const sample = sampleOf(request.schema.fields, "", expected);
    assertEquals(new Set(topicsOf(sample, (id) => id)), expected, request.name);
    found += expected.size;
  }
  assertEquals(found > 50, true);
});
