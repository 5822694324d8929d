import { assertEquals } from "@std/assert";
import { MessageSink } from "../../../storage/message/message_sink.ts";
import { MessageSource } from "../../../storage/message/message_source.ts";
import { nullableStructCodec } from "../../../storage/message/struct_mark.ts";
import { primitiveCodec } from "../../../storage/message/value_codec.ts";

const inner = primitiveCodec("M.f", "int8", { isFlexible: true, isNullable: false });

Deno.test("a mark tells whether there is a structure, another one in tagged fields", () => {
  const forms = [[false, "ff", "0107"], [true, "00", "0107"]] as const;
  for (const [isTagged, none, some] of forms) {
    const codec = nullableStructCodec(inner, isTagged);
    assertEquals(codec.minimalSize, 1);
    for (const [value, hex] of [[null, none], [7, some]] as const) {
      const bytes = new Uint8Array(codec.size(value));
      codec.write(new MessageSink(bytes, 0), value);
      assertEquals(bytes.toHex(), hex);
      assertEquals(codec.read(new MessageSource(bytes, 0, bytes.length)), value);
    }
  }
});
