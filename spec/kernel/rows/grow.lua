--- Discs that can be overwritten, to which we and other people's programs add
-- in turn.
local in_turn = require "spec.kernel.in_turn"

return {
  in_turn("dvd-ram", "ours", "growisofs", "ours", "xorriso", "ours"),
  in_turn("dvd+rw", "growisofs", "ours", "xorriso", "ours"),
  in_turn("bd-re", "ours", "xorriso", "ours"),
}
