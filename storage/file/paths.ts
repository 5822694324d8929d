/**
 * Paths as the engine writes them: parts joined with `/`.
 *
 * @module
 */

/** `directory/name`, without a doubled slash. */
export function joinPath(directory: string, name: string): string {
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** What is in front of the last `/`: `.` when there is none. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** What is behind the last `/`. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The names of a path from the top down, with `.`, `..` and doubled slashes settled; `..` at the top stays there. */
export function pathSegments(path: string): string[] {
  const segments: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") segments.pop();
    else segments.push(part);
  }
  return segments;
}
