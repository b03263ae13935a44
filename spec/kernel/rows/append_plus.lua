--- Sessions that we and other people's programs add in turn: DVD+R, BD-R.
local in_turn = require "spec.kernel.in_turn"

return {
  in_turn("dvd+r", "growisofs", "ours", "xorriso", "ours"),
  in_turn("dvd+r-dl", "ours", "growisofs"),
  in_turn("bd-r", "ours", "xorriso", "ours"),
}
