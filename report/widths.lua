-- Names that break and tables that fit the page in the PDFs, for both renderers (named in _quarto.yml under `filters`).
-- Neither Quarto nor Pandoc knows how wide a text is: both take the widths of columns from the dashes in the source.
-- Badges are calls by then (paper.lua). In HTML this filter does nothing.

if not FORMAT:match('typst') then return {} end

local function raw(text) return pandoc.RawBlock('typst', text) end

local BREAK = '\u{200b}' -- a place where a line may break and nothing shows

-- A name in code may break after a dot, slash or underscore, so that it never leaves its cell.
local function break_code(code)
  code.text = code.text:gsub('[_./:=,-]', '%0' .. BREAK)
  return code
end

-- So may a word in a table.
local breaking = {
  Str = function(str)
    if not str.text:find('[_/]') then return nil end
    str.text = str.text:gsub('[_/]', '%0' .. BREAK)
    return str
  end,
}

local TEXT_WIDTH = 464 -- points between the margins of the page
local CELL_INSET = 10 -- points left and right of a cell's text, together
local SHORT, LONGEST = 60, 30 -- letters of a text of some words, and of a word that is never broken
local EM_PER_LETTER = 0.54 -- an average letter, as a part of the type size

-- letters of a text, a Chinese character counting as two
local function letters(text)
  if not text:find('[\x80-\xff]') then return #text end
  local count = 0
  for _, code in utf8.codes(text) do count = count + (code > 0x2e80 and 2 or 1) end
  return count
end

-- the longest stretch that should not be broken; a long name breaks after a slash, underscore or hyphen
local function longest_word(text)
  local longest = 0
  for word in text:gmatch('%S+') do
    local whole = letters(word)
    if whole ~= #word and word:match('[\xe4-\xe9]') then
      whole = 1 -- Chinese breaks anywhere
    elseif whole > 20 then
      whole = 0
      for part in word:gmatch('[^/_-]+[/_-]?') do whole = math.max(whole, letters(part)) end
    end
    longest = math.max(longest, whole)
  end
  return longest
end

local BADGE = 4 -- letters that its mark and frame take beside its word

local function holds_badge(cell)
  local found = false
  cell.contents:walk({ RawInline = function(inline) found = found or inline.text:match('^#badge%(') ~= nil end })
  return found
end

local function measure_columns(tbl)
  local columns, rows = {}, {}
  for index = 1, #tbl.colspecs do columns[index] = { widest = 1, word = 1, sum = 0, cells = 0 } end
  local function read(some, is_body)
    for _, row in ipairs(some) do
      local words = {}
      for index, cell in ipairs(row.cells) do
        local column, text = columns[index], pandoc.utils.stringify(cell.contents)
        local more = (is_body and 0 or 1) + (holds_badge(cell) and BADGE or 0)
        local length = letters(text) + more
        words[index] = {}
        for word in text:gmatch('%S+') do table.insert(words[index], letters(word) + (#words[index] == 0 and more or 0)) end
        column.widest = math.max(column.widest, length)
        column.word = math.max(column.word, longest_word(text) + more)
        if is_body then column.sum, column.cells = column.sum + length, column.cells + 1 end
      end
      rows[#rows + 1] = words
    end
  end
  read(tbl.head.rows, false)
  for _, body in ipairs(tbl.bodies) do read(body.body, true) end
  return columns, rows
end

-- the lines of a cell, word by word, for in a narrow column much of each line stays empty
local function count_cell(words, room)
  local lines, used = 1, 0
  for _, word in ipairs(words) do
    if used > 0 and used + 1 + word > room then
      lines, used = lines + 1, word
    else
      used = used + (used > 0 and 1 or 0) + word
    end
    local more = math.ceil(used / room) - 1 -- Chinese, and what breaks after a slash
    if more > 0 then lines, used = lines + more, used - more * room end
  end
  return lines
end

-- the lines of all rows, each as high as its highest cell
local function count_lines(rows, widths, letter)
  local lines = 0
  for _, cells in ipairs(rows) do
    local most = 1
    for index, words in ipairs(cells) do
      most = math.max(most, count_cell(words, (widths[index] - CELL_INSET) / letter))
    end
    lines = lines + most
  end
  return lines
end

-- Move width between columns as long as that saves lines: a short column in two lines is better than sentences in six.
local function save_lines(columns, rows, widths, letter)
  local best = count_lines(rows, widths, letter)
  for _, step in ipairs({ 36, 18, 9 }) do
    local moved = true
    while moved do
      moved = false
      for from = 1, #columns do
        for to = 1, #columns do
          if from ~= to and widths[from] - step >= columns[from].least then
            widths[from], widths[to] = widths[from] - step, widths[to] + step
            local lines = count_lines(rows, widths, letter)
            if lines < best then
              best, moved = lines, true
            else
              widths[from], widths[to] = widths[from] + step, widths[to] - step
            end
          end
        end
      end
    end
  end
  return widths
end

-- Share the line among columns that do not all fit: each gets its longest word, the rest goes where the text is.
-- Typst's own automatic widths would give as much to a column of short values as to one of sentences.
local function share_width(tbl, size)
  local columns, rows = measure_columns(tbl)
  local letter = size * EM_PER_LETTER
  local needed, least, more, weights = 0, 0, 0, 0
  for _, column in ipairs(columns) do
    local word = math.min(column.word, LONGEST)
    needed = needed + column.widest * letter + CELL_INSET
    column.least = word * letter + CELL_INSET
    -- a text of some words should have room for a third of it, or sentences beside it squeeze it to one word a line
    column.more = math.max(0, math.min(column.widest, SHORT) / 3 - word) * letter
    least, more = least + column.least, more + column.more
  end
  local part = more > 0 and math.max(0, math.min(1, (TEXT_WIDTH - least) / more)) or 0
  least = least + part * more
  for _, column in ipairs(columns) do
    column.least = column.least + part * column.more
    column.weight = math.max(0, column.sum / math.max(1, column.cells) * letter + CELL_INSET - column.least)
    weights = weights + column.weight
  end
  if needed <= TEXT_WIDTH or weights == 0 then return {} end
  local spare = TEXT_WIDTH - least
  local widths = {}
  for index, column in ipairs(columns) do
    widths[index] = spare > 0 and column.least + spare * column.weight / weights or column.least * TEXT_WIDTH / least
  end
  if spare > 0 then widths = save_lines(columns, rows, widths, letter) end
  for index, width in ipairs(widths) do widths[index] = math.floor(width / TEXT_WIDTH * 1000) / 1000 end
  return widths
end

-- A table narrows its type with the number of its columns and may then wrap, so that none leaves the page.
local function fit_table(tbl)
  local widths = {}
  for width in (tbl.attributes['tbl-colwidths'] or ''):gmatch('[%d.]+') do widths[#widths + 1] = tonumber(width) / 100 end
  local columns = #tbl.colspecs
  local size = columns <= 4 and 8.2 or columns <= 6 and 7.8 or columns <= 8 and 7.2 or 6.8
  if #widths == 0 then widths = share_width(tbl, size) end
  tbl.colspecs = tbl.colspecs:map(function(spec, index) return { spec[1], widths[index] } end)
  return { raw('#[\n#set text(size: ' .. size .. 'pt)'), tbl:walk(breaking), raw(']') }
end

return { { Code = break_code, Table = fit_table } }
