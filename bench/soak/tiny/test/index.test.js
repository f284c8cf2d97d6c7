import assert from "node:assert/strict";
import test from "node:test";
import * as numbers from "../src/index.js";

test("zero is nothing", () => assert.equal(numbers.zero(), 0));
