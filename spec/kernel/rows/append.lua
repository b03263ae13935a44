--- Sessions that we and other people's programs add in turn: CD, DVD-R, DVD-RW.
local in_turn = require "spec.kernel.in_turn"

return {
  in_turn("cd-r", "cdrskin", "ours"),
  in_turn("cd-rw", "ours", "xorriso", "ours"),
  in_turn("dvd-r", "growisofs", "ours", "xorriso", "ours"),
  in_turn("dvd-rw", "growisofs", "ours", "xorriso", "ours"),
}
