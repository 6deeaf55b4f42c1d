// Plain JavaScript: with the compile cache on before the first TypeScript, a thread never loads the compiler (25 MB).
import module from "node:module";

module.enableCompileCache?.();
await import("./thread.ts");
