-- One work that is left in the middle (races.lua):
--     lua5.4 spec/races/child.lua SEED FOLDER
require("spec.races.races").leave(tonumber(arg[1]), arg[2])
