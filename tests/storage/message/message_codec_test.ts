import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  decode,
  decodePrefix,
  encode,
  encodedSize,
  encodeInto,
  message,
  messageOf,
  ProtocolError,
  type UnknownTaggedField,
} from "../../../storage/message/message_codec.ts";
import { parseSchemas } from "../../../storage/message/message_schema.ts";

interface Part {
  readonly id: number;
  readonly records: Uint8Array | null;
}

interface Example {
  readonly name: string;
  readonly size: number;
  readonly rack: string | null;
  readonly parts: readonly Part[];
  readonly leader: Part;
}

const example = message<Example>(`
@Example 7 0-3 flexible 2+
name string
size int64 1+ =-1
rack string 1+ ! ?1+ =null
parts []Part
  id int32
  records records ?0+
leader Part 3+ #0
`);

const empty: Example = {
  name: "",
  size: -1,
  rack: null,
  parts: [],
  leader: { id: 0, records: new Uint8Array(0) },
};

Deno.test("a message knows its name and number, and its schema once it is asked for", () => {
  assertEquals([example.name, example.apiKey], ["Example", 7]);
  assertEquals(example.schema.fields.map((field) => field.name), Object.keys(empty));
  assert(example.schema === example.schema);
  assertEquals(message("@Key - 0 flexible none").apiKey, -1);
  assertThrows(() => message("name string"), TypeError);
});

Deno.test("old versions have fixed lengths", () => {
  const bytes = encode(example, 1, { name: "ab", parts: [{ id: 5, records: null }] });
  assertEquals(
    bytes.toHex(),
    "0002" + "6162" + "ffffffffffffffff" + "ffff" + "00000001" + "00000005" + "ffffffff",
  );
  assertEquals(decode(example, 1, bytes), {
    ...empty,
    name: "ab",
    parts: [{ id: 5, records: null }],
  });
});

Deno.test("flexible versions have compact lengths, and tagged fields behind each structure", () => {
  const value = { name: "ab", size: 1, leader: { id: 9 }, parts: [{ id: 5, records: null }] };
  const bytes = encode(example, 3, value);
  assertEquals(
    bytes.toHex(),
    "03" + "6162" + "0000000000000001" + "00" + "02" + "00000005" + "00" + "00" +
      "01" + "00" + "06" + "00000009" + "01" + "00",
  );
});

Deno.test("what a draft leaves out has its default, in structures of arrays as well", () => {
  for (const version of [0, 1, 2, 3]) {
    const bytes = encode(example, version, { parts: [{}] });
    const decoded = decode(example, version, bytes);
    assertEquals(decoded.name, "");
    assertEquals(decoded.parts[0]?.id, 0);
    assertEquals(decoded.leader.id, 0);
  }
  assertEquals(encode(example, 3, { name: undefined }), encode(example, 3, {}));
});

Deno.test("a value that the version has no room for is refused, unless it may be ignored", () => {
  assertThrows(() => encode(example, 0, { size: 5 }), ProtocolError, "size");
  assertThrows(() => encode(example, 2, { leader: { id: 1 } }), ProtocolError, "leader");
  assertEquals(encode(example, 0, { size: -1, rack: "r" }), encode(example, 0, {}));
  assertEquals(encode(example, 2, { leader: { id: 0 } }), encode(example, 2, {}));
});

Deno.test("a version that the message lacks is refused both ways", () => {
  for (const version of [-1, 4, 1.5, NaN]) {
    assertThrows(() => encode(example, version, {}), ProtocolError, "Example");
    assertThrows(() => decode(example, version, new Uint8Array(8)), ProtocolError);
  }
});

Deno.test("bytes of a decoded message are views on the frame", () => {
  const bytes = encode(example, 3, { parts: [{ records: Uint8Array.of(1, 2, 3) }] });
  const records = decode(example, 3, bytes).parts[0]!.records!;
  assert(records.buffer === bytes.buffer);
  assertEquals(records, Uint8Array.of(1, 2, 3));
});

Deno.test("records go from their source into the message without a copy between", () => {
  const places: [Uint8Array, number][] = [];
  const source = {
    size: 4,
    readInto: (target: Uint8Array, at: number) => {
      places.push([target, at]);
      target.set([9, 8, 7, 6], at);
      return 4;
    },
  };
  const draft = { parts: [{ id: 1, records: source }] };
  const target = new Uint8Array(encodedSize(example, 2, draft) + 2);
  assertEquals(places, []);
  assertEquals(encodeInto(example, 2, draft, target, 2), target.length);
  assert(places[0]![0] === target);
  assertEquals(decode(example, 2, target, 2).parts[0]!.records, Uint8Array.of(9, 8, 7, 6));
});

Deno.test("a source with fewer bytes than it said is no message", () => {
  const source = { size: 4, readInto: () => 3 };
  assertThrows(
    () => encode(example, 2, { parts: [{ records: source }] }),
    ProtocolError,
    "3 of 4",
  );
});

Deno.test("bytes behind a message are an error, unless they are asked for", () => {
  const bytes = encode(example, 3, { name: "x" });
  const longer = new Uint8Array(bytes.length + 3);
  longer.set(bytes);
  assertThrows(() => decode(example, 3, longer), ProtocolError, "3 bytes");
  assertEquals(decode(example, 3, longer, 0, bytes.length).name, "x");
  const prefix = decodePrefix(example, 3, longer, 0);
  assertEquals([prefix.value.name, prefix.end], ["x", bytes.length]);
});

Deno.test("every cut of a message is refused", () => {
  for (const version of [0, 1, 2, 3]) {
    const value = { name: "abc", parts: [{ id: 1, records: Uint8Array.of(1) }, {}] };
    const bytes = encode(example, version, value);
    for (let end = 0; end < bytes.length; end++) {
      assertThrows(() => decode(example, version, bytes, 0, end), ProtocolError);
    }
  }
});

Deno.test("tagged fields that nobody knows are kept and written again in their place", () => {
  const bytes = Uint8Array.fromHex(
    "01" + "ffffffffffffffff" + "00" + "01" + "02" + "00" + "06" + "00000009" + "01" + "00" +
      "07" + "02" + "aabb",
  );
  const decoded = decode(example, 3, bytes) as Example & {
    readonly unknownTaggedFields: readonly UnknownTaggedField[];
  };
  assertEquals(decoded.unknownTaggedFields, [{ tag: 7, data: Uint8Array.of(0xaa, 0xbb) }]);
  assertEquals(encode(example, 3, decoded), bytes);
  assert(!("unknownTaggedFields" in decoded.leader));
});

Deno.test("a parsed schema is a message too", () => {
  const [schema] = parseSchemas("@Pair 3 0 flexible none\na int8\nb int8");
  const pair = messageOf<{ a: number; b: number }>(schema!);
  assertEquals([pair.name, pair.apiKey], ["Pair", 3]);
  assertEquals(decode(pair, 0, encode(pair, 0, { a: 1, b: -1 })), { a: 1, b: -1 });
});
