-- LuaRocks' settings for a machine whose argparse and dkjson come from Debian:
-- with them the rock builds and installs without LuaRocks' server.
--
--     LUAROCKS_CONFIG=rockspec/debian.lua luarocks --lua-version 5.4 make
rocks_provided = {
  argparse = "0.7.1-1",
  dkjson = "2.6-1",
}
