/** Where the packages are that an installer put into a folder, `CLIENT_MODULES`. */

import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** Requires a package of that folder. */
export const require = createRequire(`${process.env.CLIENT_MODULES}/package.json`);

/** Imports a package of that folder. */
export const load = (name) => import(pathToFileURL(require.resolve(name)).href);
