import { assert, assertEquals } from "@std/assert";
import { defaultMaker, defaultOf, defaultTest } from "../../../storage/message/message_default.ts";
import { parseSchemas } from "../../../storage/message/message_schema.ts";

const [schema] = parseSchemas(`
@Defaults - 0 flexible none
yes bool =true
count int32 =-1
limit int32 =0x7fffffff
most int64 =9223372036854775807
ratio float64
text string
none string ?0+ =null
id uuid
data bytes
list []int32
gone []int32 ?0+ =null
part Part
  size int8 =3
`);
const fields = schema!.fields;

Deno.test("each type has its own default, and a schema may say another", () => {
  assertEquals(fields.map(defaultOf), [
    ...[true, -1, 0x7fff_ffff, 2 ** 63, 0, "", null, "AAAAAAAAAAAAAAAAAAAAAA"],
    ...[new Uint8Array(0), [], null, { size: 3 }],
  ]);
});

Deno.test("a default is told from other values", () => {
  for (const field of fields) assert(defaultTest(field)(defaultOf(field)), field.name);
  const others = [
    ...[false, 0, 0, 0, 1, "x", "", "AAAAAAAAAAAAAAAAAAAAAQ", new Uint8Array(1)],
    ...[[0], [], { size: 4 }],
  ];
  fields.forEach((field, i) => assert(!defaultTest(field)(others[i]), field.name));
});

Deno.test("a structure that leaves fields out has their defaults, and no tagged fields of its own", () => {
  const test = defaultTest(fields.at(-1)!);
  assert(test({}));
  assert(!test(null));
  assert(!test({ unknownTaggedFields: [{ tag: 1, data: new Uint8Array(0) }] }));
});

Deno.test("arrays and structures are made anew each time", () => {
  for (const name of ["list", "part"]) {
    const make = defaultMaker(fields.find((field) => field.name === name)!);
    assert(make() !== make());
  }
});
