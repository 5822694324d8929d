import { assertEquals, assertRejects } from "@std/assert";
import { errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { ResourceChange } from "../../../../cluster/controller/config_changes.ts";
import { failure, OK } from "../../../../cluster/controller/decision.ts";
import { alterConfigs } from "../../../../cluster/server/handlers/config_alteration.ts";

const change = (type: number, name: string): ResourceChange => ({
  resource: { type, name },
  ops: [{ name: "x", value: "1", operation: 0 }],
});

const ofBroker = ({ resource: { name } }: ResourceChange) => {
  if (name === "refused") throw new KafkaError("INVALID_REQUEST", "not here");
};

Deno.test("what this broker refuses the controller never sees, and the rest is decided in its place", async () => {
  const changes = [
    change(2, "a"),
    change(2, "twice"),
    change(2, "twice"),
    change(4, "refused"),
    change(2, "undecided"),
    change(4, "twice"),
    change(8, "1"),
  ];
  const decided: string[] = [];
  const results = await alterConfigs(changes, {
    validate: ofBroker,
    decide: (open) => {
      decided.push(...open.map(({ resource: { type, name } }) => `${type} ${name}`));
      return Promise.resolve(
        open.map(({ resource }) =>
          resource.name === "undecided" ? failure("INVALID_CONFIG", "no") : OK
        ),
      );
    },
  });
  assertEquals(decided, ["2 a", "2 undecided", "4 twice"]);
  const twice = ["INVALID_REQUEST", "Each resource must appear at most once."];
  assertEquals(
    results.map(({ resourceName, errorCode, errorMessage }) => [
      resourceName,
      errorName(errorCode),
      errorMessage,
    ]),
    [
      ["a", "NONE", null],
      ["twice", ...twice],
      ["twice", ...twice],
      ["refused", "INVALID_REQUEST", "not here"],
      ["undecided", "INVALID_CONFIG", "no"],
      ["twice", "NONE", null],
      ["1", "NONE", null],
    ],
  );
});

Deno.test("the controller is not asked when there is nothing to decide", async () => {
  const decide = () => Promise.reject(new Error("asked"));
  const results = await alterConfigs([change(4, "refused")], { validate: ofBroker, decide });
  assertEquals(results.length, 1);
});

Deno.test("a bug is no answer", async () => {
  const validate = () => {
    throw new TypeError("bug");
  };
  await assertRejects(
    () => alterConfigs([change(2, "a")], { validate, decide: () => Promise.resolve([OK]) }),
    TypeError,
  );
});
