/** Commits one record after the other, telling each that is acknowledged, until it is refused or killed. */
import { openFileStore } from "../src/index.ts";
import { record } from "./record.ts";

const [directory = ""] = process.argv.slice(2);
const store = await openFileStore(directory);
try {
  for (let number = 0; ; number++) {
    await store.commit([record(`r${number}`), record(`s${number}`)]);
    console.log(number);
  }
} catch (error) {
  console.log(String(error));
}
