--- The languages and the genres that CD-TEXT has numbers for.
-- @module discrecorder.cdtext.names

local names = {}

-- EBU Tech 3264, appendix 3: from 00h, and from 45h.
local LOW <const> = {
  "Unknown", "Albanian", "Breton", "Catalan", "Croatian", "Welsh", "Czech",
  "Danish", "German", "English", "Spanish", "Esperanto", "Estonian",
  "Basque", "Faroese", "French", "Frisian", "Irish", "Gaelic", "Galician",
  "Icelandic", "Italian", "Lappish", "Latin", "Latvian", "Luxembourgian",
  "Lithuanian", "Hungarian", "Maltese", "Dutch", "Norwegian", "Occitan",
  "Polish", "Portuguese", "Romanian", "Romansh", "Serbian", "Slovak",
  "Slovenian", "Finnish", "Swedish", "Turkish", "Flemish", "Walloon",
}
local HIGH <const> = {
  "Zulu", "Vietnamese", "Uzbek", "Urdu", "Ukrainian", "Thai", "Telugu",
  "Tatar", "Tamil", "Tadzhik", "Swahili", "Sranan Tongo", "Somali",
  "Sinhalese", "Shona", "Serbo-Croat", "Ruthenian", "Russian", "Quechua",
  "Pushtu", "Punjabi", "Persian", "Papamiento", "Oriya", "Nepali",
  "Ndebele", "Marathi", "Moldavian", "Malaysian", "Malagasay", "Macedonian",
  "Laotian", "Korean", "Khmer", "Kazakh", "Kannada", "Japanese",
  "Indonesian", "Hindi", "Hebrew", "Hausa", "Gurani", "Gujurati", "Greek",
  "Georgian", "Fulani", "Dari", "Churash", "Chinese", "Burmese",
  "Bulgarian", "Bengali", "Bielorussian", "Bambora", "Azerbaijani",
  "Assamese", "Armenian", "Arabic", "Amharic",
}

-- From 0; the first two say that there is none.
local GENRES <const> = {
  "Not Used", "Not Defined", "Adult Contemporary", "Alternative Rock",
  "Childrens Music", "Classical", "Contemporary Christian", "Country",
  "Dance", "Easy Listening", "Erotic", "Folk", "Gospel", "Hip Hop", "Jazz",
  "Latin", "Musical", "New Age", "Opera", "Operetta", "Pop Music", "Rap",
  "Reggae", "Rock Music", "Rhythm & Blues", "Sound Effects", "Spoken Word",
  "World Music",
}

--- Languages by code.
names.languages = {}

--- Genres by code.
names.genres = {}

for i, name in ipairs(LOW) do
  names.languages[i - 1] = name
end
for i, name in ipairs(HIGH) do
  names.languages[0x44 + i] = name
end
for i, name in ipairs(GENRES) do
  names.genres[i - 1] = name
end

local function code_in(list)
  local codes = {}
  for code, name in pairs(list) do
    codes[name:lower()] = code
  end
  return function(name)
    return codes[name:lower()]
  end
end

--- The code of a language.
-- @tparam string name in small letters or not
-- @treturn integer|nil
names.language = code_in(names.languages)

--- The code of a genre.
-- @tparam string name in small letters or not
-- @treturn integer|nil
names.genre = code_in(names.genres)

--- The place of a language that players could not tell from one before it, and
-- its name. One may come twice where characters differ, as Japanese does.
-- @tparam {table,...} blocks with `language`, a number, and `encoding`
-- @treturn[1] integer
-- @treturn[1] string
-- @return[2] nil: there is none
function names.twin(blocks)
  local seen = {}
  for n, block in ipairs(blocks) do
    local key = ("%d %s"):format(block.language, block.encoding)
    if seen[key] then
      return n, names.languages[block.language]
        or "language " .. block.language
    end
    seen[key] = true
  end
end

return names
