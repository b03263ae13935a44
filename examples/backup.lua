-- Back up folders onto a disc, and prove that they are there.
--
--     lua5.4 examples/backup.lua [ADDRESS [PATH...]]
--
-- Without arguments: this folder, onto a new virtual CD-RW.
local disc = require "discrecorder"
local burn = require "discrecorder.burn"

local address = arg[1] or "virtual:" .. os.tmpname() .. ".disc?medium=cd-rw"
local here = arg[0]:match("^(.*)/") or "."
local paths = arg[2] and {table.unpack(arg, 2)} or {here}

local recorder = assert(disc.recorder(address))
local report = assert(burn.tree(recorder, paths, {volume_id = "BACKUP"}))

local track = report.tracks[1]
print(("%d blocks burned onto %s"):format(track.blocks, report.medium.profile))
print("read back and compared: " .. (report.verified and "equal" or "no"))
print("sha256 " .. track.sha256)
