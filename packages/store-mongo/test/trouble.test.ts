import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CursorRefused, StoreUnavailable } from "@drett/core";
import { MongoNetworkError, MongoServerError } from "mongodb";
import { WriteFailed } from "../src/database.ts";
import { isCertainlyUndone, unavailable } from "../src/trouble.ts";
import { refusal } from "./support/refusal.ts";

const isUnavailable = (error: unknown, message: RegExp, remedy: RegExp) =>
  refusal(message, remedy)(unavailable(error, "db.example:1"));

describe("trouble with MongoDB", () => {
  it("is told with what to do about it", () => {
    isUnavailable(
      new MongoServerError({ code: 14_031, message: "no room" }),
      /disk .* is full: no room/,
      /Free/,
    );
    isUnavailable(
      new MongoServerError({ code: 10_107, message: "not primary" }),
      /takes no writes/,
      /replica set/,
    );
    isUnavailable(
      new WriteFailed({ code: 64, errmsg: "waiting" }),
      /majority .* did not confirm/,
      /rs\.status/,
    );
    isUnavailable(
      new MongoServerError({ code: 1, message: "odd" }),
      /MongoDB says: odd/,
      /log of the server/,
    );
    isUnavailable(new MongoNetworkError("cut"), /db\.example:1 does not answer: cut/, /`host`/);
  });

  it("is also what Node itself says of a connection", () => {
    for (const code of ["EPIPE", "ECONNRESET", "ERR_STREAM_DESTROYED", "ERR_SOCKET_CLOSED"]) {
      const error = Object.assign(new Error("This socket has been ended by the other party"), { code });
      isUnavailable(error, /does not answer: This socket/, /`host`/);
      assert.equal(isCertainlyUndone(error), false);
    }
  });

  it("is not what a mistake looks like", () => {
    const mistake = Object.assign(new TypeError("of type string"), { code: "ERR_INVALID_ARG_TYPE" });
    for (const error of [mistake, new CursorRefused("invalid"), new StoreUnavailable("a", "b")]) {
      assert.equal(unavailable(error, "db.example:1"), error);
    }
  });
});
