import * as std from "@std/assert";
import {
  assert,
  assertAlmostEquals,
  assertArrayIncludes,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "@std/assert";

/** Holds for the real `@std/assert` too: the stand-in is to be replaceable by it. */

function failing(check: () => void, includes = ""): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof AssertionError)) throw error;
    if (!error.message.includes(includes)) throw new Error(`${error.message} lacks ${includes}`);
    return;
  }
  throw new Error("It did not fail");
}

Deno.test("deep equality looks at structure and class", () => {
  class A {
    constructor(readonly x: number) {}
  }
  class B extends A {}
  const same: [unknown, unknown][] = [
    [NaN, NaN],
    [0, -0],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }],
    [new Map([["a", new Set([1])]]), new Map([["a", new Set([1])]])],
    [new Set([{ a: 1 }, { b: 2 }]), new Set([{ b: 2 }, { a: 1 }])],
    [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
    [new Date(5), new Date(5)],
    [/a/g, /a/g],
    [new A(1), new A(1)],
    [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    [new URL("file:///a"), new URL("file:///a")],
  ];
  for (const [a, b] of same) assert(equal(a, b), Deno.inspect([a, b]));
  const different: [unknown, unknown][] = [
    [1, "1"],
    [null, undefined],
    [{ a: undefined }, {}],
    [{ a: undefined, c: 1 }, { b: undefined, c: 1 }],
    [[1, 2], [2, 1]],
    [[1], [1, 2]],
    [new Uint8Array([1]), new Uint8Array([2])],
    [new Uint8Array([1]), [1]],
    [new Map([["a", 1]]), new Map([["a", 2]])],
    [new Set([1]), new Set([2])],
    [new A(1), new B(1)],
    [new Date(5), new Date(6)],
    [/a/g, /a/],
    [new Error("a"), new Error("b")],
  ];
  for (const [a, b] of different) assert(!equal(a, b), Deno.inspect([a, b]));
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const other: Record<string, unknown> = {};
  other.self = other;
  assert(equal(cycle, other));
});

Deno.test("each assertion passes what it should and fails the rest with the message", () => {
  assertEquals([1], [1]);
  failing(() => assertEquals<unknown>({ a: 1 }, { a: 2 }, "why"), "why");
  assertNotEquals(1, 2);
  failing(() => assertNotEquals([1], [1]));
  const object = {};
  assertStrictEquals(object, object);
  assertStrictEquals(NaN, NaN);
  failing(() => assertStrictEquals({}, {}), "not reference-equal");
  assertExists(0);
  failing(() => assertExists(null));
  assertFalse(0);
  failing(() => assertFalse(1, "why"), "why");
  failing(() => assert(0, "why"), "why");
  assertMatch("abc", /b/);
  failing(() => assertMatch("abc", /x/));
  assertStringIncludes("abc", "b");
  failing(() => assertStringIncludes("abc", "x"));
  assertGreater(2, 1);
  failing(() => assertGreater(1, 1));
  assertGreaterOrEqual(1, 1);
  failing(() => assertGreaterOrEqual(0, 1));
  assertLess(1, 2);
  failing(() => assertLess(2, 2));
  assertLessOrEqual(2, 2);
  failing(() => assertLessOrEqual(3, 2));
  assertAlmostEquals(1, 1 + 1e-9);
  assertAlmostEquals(10, 11, 1);
  failing(() => assertAlmostEquals(10, 11.1, 1));
  assertArrayIncludes([{ a: 1 }, { a: 2 }], [{ a: 2 }]);
  failing(() => assertArrayIncludes([1, 2], [3]));
  assertObjectMatch({ a: 1, b: { c: 2, d: 3 }, e: [1, 2] }, { b: { c: 2 }, e: [1, 2] });
  failing(() => assertObjectMatch({ a: 1 }, { a: 2 }));
  failing(() => assertObjectMatch({ a: 1 }, { b: 1 }));
  assertInstanceOf(new TypeError(), Error);
  failing(() => assertInstanceOf({}, Error), "Error");
  failing(() => fail("why"), "why");
  failing(() => unreachable());
});

Deno.test("assertThrows gives the error back, and checks its class and text", () => {
  const thrower = () => {
    throw new TypeError("bad thing");
  };
  const error: TypeError = assertThrows(thrower, TypeError, "bad");
  assertEquals(error.message, "bad thing");
  assertThrows(thrower);
  assertThrows(thrower, "message");
  assertEquals(
    assertThrows(() => {
      throw 5;
    }),
    5,
  );
  failing(() => assertThrows(() => {}, "why"), "why");
  failing(() => assertThrows(() => {}, Error, "", "why"), "why");
  failing(() => assertThrows(thrower, RangeError), "RangeError");
  failing(() => assertThrows(thrower, TypeError, "good"), "good");
  failing(() => {
    assertThrows(() => {
      throw 5;
    }, Error);
  });
});

Deno.test("assertRejects does the same for promises", async () => {
  const rejecter = () => Promise.reject(new TypeError("bad thing"));
  const error: TypeError = await assertRejects(rejecter, TypeError, "bad");
  assertEquals(error.message, "bad thing");
  await assertRejects(rejecter);
  const failures: (() => Promise<unknown>)[] = [
    () => assertRejects(() => Promise.resolve(), "why"),
    () => assertRejects(rejecter, RangeError),
    () => assertRejects(rejecter, TypeError, "good"),
    () =>
      assertRejects(() => {
        throw new Error("at once");
      }),
  ];
  for (const failure of failures) {
    const result = await failure().then(() => undefined, (reason) => reason);
    assertInstanceOf(result, AssertionError);
  }
});

Deno.test("an AssertionError is an Error of that name", () => {
  const error = new AssertionError("x", { cause: 5 });
  assertEquals([error.name, error.message, error.cause], ["AssertionError", "x", 5]);
  assert(error instanceof Error && typeof std.assertNotInstanceOf === "function");
});
