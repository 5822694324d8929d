import { assertEquals } from "@std/assert";
import { doubleText, floatText } from "../../../client/serde/java_number_text.ts";

Deno.test("doubles are printed as Java prints them", () => {
  const texts: readonly (readonly [number, string])[] = [
    [1, "1.0"],
    [0.1, "0.1"],
    [100, "100.0"],
    [1e7, "1.0E7"],
    [9999999, "9999999.0"],
    [12345678.9, "1.23456789E7"],
    [1e-3, "0.001"],
    [9.99e-4, "9.99E-4"],
    [1.5e300, "1.5E300"],
    [5e-324, "4.9E-324"],
    [-2.5, "-2.5"],
    [123456789012345680, "1.2345678901234568E17"],
    [0.001234, "0.001234"],
    [Number.MAX_VALUE, "1.7976931348623157E308"],
    [0, "0.0"],
    [-0, "-0.0"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, text] of texts) assertEquals(doubleText(value), text);
});

Deno.test("floats are printed as Java prints them", () => {
  const texts: readonly (readonly [number, string])[] = [
    [1, "1.0"],
    [0.1, "0.1"],
    [16777216, "1.6777216E7"],
    [3.4028235e38, "3.4028235E38"],
    [1.4e-45, "1.4E-45"],
    [1e10, "1.0E10"],
    [0.3, "0.3"],
    [1e23, "1.0E23"],
  ];
  for (const [value, text] of texts) assertEquals(floatText(Math.fround(value)), text);
});
