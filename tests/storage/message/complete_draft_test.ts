import { assertEquals } from "@std/assert";
import { completeDraft } from "../../../storage/message/complete_draft.ts";
import { decode, encode, message } from "../../../storage/message/message_codec.ts";

interface Tree {
  readonly name: string;
  readonly leaves: readonly { readonly size: number; readonly note: string | null }[];
  readonly root: { readonly depth: number } | null;
}

const tree = message<Tree>(`
@Tree - 0 flexible 0+
name string
leaves []Leaf
  size int32 =-1
  note string ?0+
root Root ?0+ =null
  depth int8 =1
`);

Deno.test("what a draft leaves out is filled in, at any depth", () => {
  assertEquals(completeDraft(tree, {}), { name: "", leaves: [], root: null });
  assertEquals(completeDraft(tree, { leaves: [{}, { size: 2, note: null }], root: {} }), {
    name: "",
    leaves: [{ size: -1, note: "" }, { size: 2, note: null }],
    root: { depth: 1 },
  });
});

Deno.test("a completed draft is what comes back from its bytes", () => {
  const draft = {
    name: "t",
    leaves: [{ size: 1, unknownTaggedFields: [{ tag: 4, data: Uint8Array.of(1) }] }],
  };
  assertEquals(completeDraft(tree, draft), decode(tree, 0, encode(tree, 0, draft)));
});
