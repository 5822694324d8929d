import { assertEquals } from "@std/assert";
import { fixedText } from "../../../client/cli/java_format.ts";

Deno.test("numbers have a fixed number of digits behind the point, rounded half up", () => {
  const cases: readonly (readonly [number, number, string])[] = [
    [0, 2, "0.00"],
    [0, 0, "0"],
    [1.005, 2, "1.01"],
    [0.125, 2, "0.13"],
    [0.135, 2, "0.14"],
    [2.5, 0, "3"],
    [0.05, 1, "0.1"],
    [0.04, 1, "0.0"],
    [0.005, 2, "0.01"],
    [0.0004, 2, "0.00"],
    [1e-20, 6, "0.000000"],
    [9.995, 2, "10.00"],
    [99.96, 1, "100.0"],
    [1179.245283018868, 6, "1179.245283"],
    [123456789, 1, "123456789.0"],
    [1e21, 1, "1000000000000000000000.0"],
    [-1.005, 2, "-1.01"],
    [-0, 1, "-0.0"],
    [NaN, 2, "NaN"],
    [Infinity, 2, "Infinity"],
    [-Infinity, 2, "-Infinity"],
  ];
  for (const [value, places, text] of cases) {
    assertEquals(fixedText(value, places), text, `${value} ${places}`);
  }
});
