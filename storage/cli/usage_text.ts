/**
 * The usage text of a tool: two columns within 80 characters, options in alphabetical order, as JOpt Simple's
 * help formatter lays it out for Kafka's tools.
 *
 * @module
 */

import type { OptionDefinition } from "./option_parser.ts";

const OVERALL_WIDTH = 80;
const SEPARATOR_WIDTH = 2;
const INDENT = "  ";

function optionColumn(option: OptionDefinition): string {
  const name = `--${option.name}`;
  if (option.argument === undefined) return name;
  const type = option.type ?? "String";
  const text = option.describedAs === undefined ? type : `${type}: ${option.describedAs}`;
  return option.argument === "required" ? `${name} <${text}>` : `${name} [${text}]`;
}

function descriptionColumn(option: OptionDefinition): string {
  return option.defaultsTo === undefined
    ? option.description
    : `${option.description} (default: ${option.defaultsTo})`;
}

/** The pieces between which a line may break: behind blanks, and behind a hyphen or dot inside a word. */
function breakable(text: string): string[] {
  return text.match(/[^\s.-]*(?:[.-]+(?=[A-Za-z])|[.-]*(?:\s+|$)|[.-]+)/g)?.filter((piece) =>
    piece !== ""
  ) ?? [];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of breakable(text)) {
    if (line.length + piece.length > width) {
      lines.push(line.trimEnd());
      line = INDENT + piece;
    } else {
      line += piece;
    }
  }
  if (line !== "") lines.push(line);
  return lines;
}

/** The table of options of a tool; those of ours alone are not in it. */
export function usageText(definitions: readonly OptionDefinition[]): string {
  const rows = definitions.filter((option) => option.isOurs !== true)
    .map((option): [string, string] => [optionColumn(option), descriptionColumn(option)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  rows.unshift(["Option", "Description"], ["------", "-----------"]);
  const widest = Math.max(...rows.map(([option]) => option.length));
  const optionWidth = Math.min(Math.floor((OVERALL_WIDTH - SEPARATOR_WIDTH) / 2), widest);
  const widestDescription = Math.max(...rows.map(([, description]) => description.length));
  const descriptionWidth = Math.min(
    OVERALL_WIDTH - optionWidth - SEPARATOR_WIDTH,
    widestDescription,
  );
  const lines: string[] = [];
  for (const [option, description] of rows) {
    const left = wrap(option, optionWidth);
    const right = wrap(description, descriptionWidth);
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      const start = (left[i] ?? "").padEnd(optionWidth + SEPARATOR_WIDTH);
      lines.push(start + (right[i] ?? "").padEnd(descriptionWidth));
    }
  }
  return lines.join("\n");
}
