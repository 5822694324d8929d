import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, errorName, KafkaError } from "../../../../client/protocol/error_codes.ts";
import type { ResourceChange } from "../../../../cluster/controller/config_changes.ts";
import type { ControllerDriver } from "../../../../cluster/controller/controller_driver.ts";
import type { ControllerContext, Decision } from "../../../../cluster/controller/decision.ts";
import { failure, OK } from "../../../../cluster/controller/decision.ts";
import {
  alterationError,
  type AlterationRequest,
  alterConfigs,
  type ForwardAlteration,
} from "../../../../cluster/server/handlers/config_alteration.ts";

function request(
  validateOnly: boolean,
  ...resources: readonly (readonly [number, string])[]
): AlterationRequest {
  return {
    validateOnly,
    resources: resources.map(([resourceType, resourceName]) => ({
      resourceType,
      resourceName,
      configs: [{ name: "x", value: "1" }],
    })),
  };
}

interface Seen {
  readonly decided: ResourceChange[];
  readonly applied: string[];
  readonly committed: number[];
}

/** A broker that refuses what is named so, and a controller that says no to what is named `undecided`. */
async function alter(asked: AlterationRequest, bug?: Error, forward?: ForwardAlteration) {
  const seen: Seen = { decided: [], applied: [], committed: [] };
  const submit = <R>(decide: (context: ControllerContext, offset: number) => Decision<R>) => {
    const { records, response } = decide(undefined as unknown as ControllerContext, 0);
    seen.committed.push(records.length);
    return Promise.resolve(response);
  };
  const { responses } = await alterConfigs(
    {
      controller: { submit: submit as ControllerDriver["submit"] },
      rules: {
        duplicate: "Named twice.",
        validate: ({ resource: { name } }) => {
          if (bug !== undefined) throw bug;
          if (name === "refused") throw new KafkaError("INVALID_REQUEST", "not here");
        },
      },
      loggers: {
        apply: ({ resource: { name } }, validateOnly) => {
          if (name === "9") throw new KafkaError("INVALID_CONFIG", "no such logger");
          seen.applied.push(`${name} ${validateOnly}`);
        },
      },
    },
    asked,
    {
      isIncremental: true,
      decide: (_context, changes) => {
        seen.decided.push(...changes);
        return {
          records: [{ type: "NoOpRecord", version: 0, data: {} }],
          response: changes.map(({ resource: { name } }) =>
            name === "undecided" ? failure("INVALID_CONFIG", "no") : OK
          ),
        };
      },
    },
    forward,
  );
  return { ...seen, responses };
}

Deno.test("what is refused the controller never sees, and the rest is decided in its place", async () => {
  const { responses, decided } = await alter(request(
    false,
    [2, "a"],
    [2, "twice"],
    [2, "twice"],
    [4, "refused"],
    [2, "undecided"],
    [4, "twice"],
  ));
  assertEquals(decided.map(({ resource: { type, name } }) => `${type} ${name}`), [
    "2 a",
    "2 undecided",
    "4 twice",
  ]);
  assertEquals(
    responses.map(({ resourceName, errorCode, errorMessage }) => [
      resourceName,
      errorName(errorCode),
      errorMessage,
    ]),
    [
      ["a", "NONE", null],
      ["twice", "INVALID_REQUEST", "Named twice."],
      ["twice", "INVALID_REQUEST", "Named twice."],
      ["refused", "INVALID_REQUEST", "not here"],
      ["undecided", "INVALID_CONFIG", "no"],
      ["twice", "NONE", null],
    ],
  );
});

Deno.test("levels of loggers are no matter of the controller's, which is not asked in vain", async () => {
  const { responses, applied, committed } = await alter(request(true, [8, "1"], [8, "9"]));
  assertEquals([applied, committed], [["1 true"], []]);
  assertEquals(responses.map(({ errorMessage }) => errorMessage), [null, "no such logger"]);
});

Deno.test("one that only asks has nothing committed", async () => {
  assertEquals((await alter(request(true, [2, "a"]))).committed, [0]);
  assertEquals((await alter(request(false, [2, "a"]))).committed, [1]);
});

Deno.test("where the API does not say what is done to a config, it gets a new value", async () => {
  const [change] = (await alter(request(false, [2, "a"]))).decided;
  assertEquals(change!.ops, [{ name: "x", operation: 0, value: "1" }]);
});

Deno.test("a bug is no answer, and an error of the whole request is one for each resource", async () => {
  await assertRejects(() => alter(request(false, [2, "a"]), new TypeError("bug")), TypeError);
  const { responses } = alterationError(request(false, [2, "a"], [4, "1"]), "NOT_CONTROLLER");
  assertEquals(responses.map(({ errorCode }) => errorName(errorCode)), [
    "NOT_CONTROLLER",
    "NOT_CONTROLLER",
  ]);
});

Deno.test("another node's controller is asked for what is left, and what is settled here stays so when it cannot be", async () => {
  const asked = request(true, [4, "refused"], [2, "a"], [8, "1"], [2, "b"], [2, "c"]);
  const parts: AlterationRequest[] = [];
  const told = (responses: readonly { errorCode: number; errorMessage: string | null }[]) =>
    responses.map(({ errorCode, errorMessage }) => errorMessage ?? errorName(errorCode));
  const forwarded = await alter(asked, undefined, (part) => {
    parts.push(part);
    // In another order, and without the last one.
    return Promise.resolve({
      responses: ["b", "a"].map((resourceName) => ({
        resourceType: 2,
        resourceName,
        errorCode: resourceName === "a" ? errorCode("INVALID_CONFIG") : 0,
        errorMessage: resourceName === "a" ? "no" : null,
      })),
    });
  });
  assertEquals(parts.map(({ resources }) => resources.map(({ resourceName }) => resourceName)), [[
    "a",
    "b",
    "c",
  ]]);
  assertEquals([parts[0]!.validateOnly, forwarded.decided], [true, []]);
  const unknown = failure("UNKNOWN_SERVER_ERROR").message;
  assertEquals(told(forwarded.responses), ["not here", "no", "NONE", "NONE", unknown]);
  const late = await alter(asked, undefined, () => {
    return Promise.reject(new KafkaError("REQUEST_TIMED_OUT", "late"));
  });
  assertEquals(told(late.responses), ["not here", "late", "NONE", "late", "late"]);
});
