import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  includesVersion,
  lazySchemas,
  parseSchemas,
} from "../../../storage/message/message_schema.ts";

Deno.test("a table gives fields, structures in them, tags and defaults", () => {
  const [message] = parseSchemas(`
@Example 7 0-3 flexible 2+
name string
size int32 1+ ?2+ =-1
parts []Part ?0+ #1@2+ =null
  id uuid
last bool
`);
  assert(message !== undefined);
  assertEquals([message.name, message.apiKey], ["Example", 7]);
  assertEquals(message.validVersions, { lowest: 0, highest: 3 });
  assertEquals(message.fields.map((field) => field.name), ["name", "size", "parts", "last"]);
  const [, size, parts] = message.fields;
  assertEquals(size!.defaultText, "-1");
  assertEquals(size!.versions, { lowest: 1, highest: Infinity });
  assertEquals([parts!.isArray, parts!.type, parts!.structName], [true, "struct", "Part"]);
  assertEquals(parts!.fields.map((field) => field.type), ["uuid"]);
  assertEquals([parts!.tag, parts!.taggedVersions.lowest], [1, 2]);
  assert(!includesVersion(size!.nullableVersions, 1) && includesVersion(size!.nullableVersions, 2));
});

Deno.test("ends that reach the message's own are open, so that a later version is read as the last one", () => {
  const [message] = parseSchemas("@M - 1-2 flexible none\nold int8 1\nnew int8 2");
  assertEquals(message!.fields[0]!.versions, { lowest: -Infinity, highest: 1 });
  assertEquals(message!.fields[1]!.versions, { lowest: 2, highest: Infinity });
  assert(!includesVersion(message!.flexibleVersions, 2));
});

Deno.test("a table that is wrong is a bug", () => {
  for (const text of ["Example 7 0 flexible none", "@E 7 0 flexible none\nname string x"]) {
    assertThrows(() => parseSchemas(text));
  }
});

Deno.test("schemas are parsed once, when they are asked for", () => {
  const schemas = lazySchemas("@A - 0 flexible none\n\n@B - 0 flexible none");
  assertEquals(schemas().map((schema) => schema.name), ["A", "B"]);
  assert(schemas() === schemas());
});

Deno.test("a head may tell listeners and an unstable last version, a field that it may be ignored", () => {
  const [message] = parseSchemas(
    "@M 3 0-1 flexible none listeners broker,controller unstable\na int8 1+ !\nb records",
  );
  assertEquals(message!.listeners, ["broker", "controller"]);
  assertEquals(message!.isLatestVersionUnstable, true);
  assertEquals(message!.fields.map((field) => field.isIgnorable), [true, false]);
  assertEquals(message!.fields[1]!.type, "records");
  const [plain] = parseSchemas("@M 3 0-1 flexible none");
  assertEquals([plain!.listeners, plain!.isLatestVersionUnstable], [[], false]);
});

Deno.test("a structure that was told before is not told again", () => {
  const [message] = parseSchemas("@M - 0 flexible none\na []Part\n  id int32\nb Part");
  assertEquals(message!.fields[1]!.fields, message!.fields[0]!.fields);
  assertThrows(() => parseSchemas("@M - 0 flexible none\nb Part"));
});
