-- The project's own components, for both renderers (named in _quarto.yml under `filters`):
-- links between pages inside a PDF, folded code, and in HTML figures set inline, so that they follow the page's colours
-- and font: both drawings of each, of which charts.css shows one; callouts; tables that scroll in a box; and for one with
-- verdicts what theme.css needs to show its rows as cards on a phone. Everywhere each run of Chinese or Japanese names its
-- language. Badges, quotes and cards need nothing but theme.css in HTML; in the PDFs they are set by paper.lua.

local is_typst = FORMAT:match('typst') ~= nil
local page_chinese, has_notes = false, false

-- A page that is part of the PDF becomes a jump inside it, and another PDF is opened by its name beside this one. Any
-- other page is a link into the site where its address is known, and else a name without a link, as any other file.
local function link_inside(link, ids, site)
  if link.target:match('^%a+:') or link.target:match('^#') or link.target:match('^[%w-]+%.pdf') then return nil end
  local page, anchor = link.target:match('^([^#?]+)%.qmd[^#]*#?(.*)$')
  for _, id in ipairs({ anchor or '', (page or ''):match('[^/]*$') }) do
    if ids[id] then
      link.target = '#' .. id
      return link
    end
  end
  if page and site then
    link.target = site .. link.target:gsub('%.qmd', '.html', 1)
    return link
  end
  return link.content
end

local function read(path)
  local file = io.open(path, 'r')
  if not file then return nil end
  local text = file:read('a')
  file:close()
  return (text:gsub('%s+$', ''))
end

local function escape(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

local function find_drawings(image) return image.src:match('^([%./]*figures/[%w-]+)%.svg$') end -- ../figures/… in a folder

-- A figure of the chart room has a drawing for each width beside it; any other picture stays as it is.
local function set_inline(image)
  local name = find_drawings(image)
  if not name then return nil end
  local alt = image.attributes['fig-alt'] or image.attributes['alt'] or pandoc.utils.stringify(image.caption)
  local drawings, widths = '', { '-narrow', '-wide' }
  if image.classes:includes('strip') then widths = { '' } end -- one drawing for every width
  for _, width in ipairs(widths) do
    local svg = read(name .. width .. '.svg')
    if not svg then return nil end
    -- a tenth of a pixel is more than a screen shows; of large drawings the rest weighs
    svg = svg:gsub(' d="([^"]*)"', function(path)
      return ' d="' .. path:gsub('(%.%d)%d+', '%1'):gsub(' ?(%a) ?', '%1') .. '"'
    end)
    drawings = drawings .. svg:gsub('<svg ', function(tag) return tag .. 'aria-label="' .. escape(alt) .. '" ' end, 1)
  end
  local lang = image.attributes.lang and ' lang="' .. escape(image.attributes.lang) .. '"' or ''
  -- on the smallest screens it scrolls in its box, which the keyboard must reach; site.js says where it need not
  local called, title = page_chinese and '图' or 'Figure', pandoc.utils.stringify(image.caption)
  if title ~= '' then called = called .. (page_chinese and '：' or ': ') .. escape(title) end
  local reach = #widths > 1 and ' role="group" tabindex="0" aria-label="' .. called .. '"' or ''
  return pandoc.RawInline('html', '<span class="chart-box"' .. reach .. lang .. '>' .. drawings .. '</span>')
end

-- What follows a page's name, such as a choice of the list of claims, keeps a renderer from turning the link itself.
local function turn_query(link)
  local page, query = link.target:match('^([%w_-]+)%.qmd(%?.+)$')
  if not page then return nil end
  link.target = page .. '.html' .. query
  return link
end

-- The language of each run ------------------------------------------------------------------------------------------
-- Han characters with the punctuation and full-width forms between them; kana make a run Japanese.

local function raw_inline(text) return pandoc.RawInline('typst', text) end

local function is_han(code)
  return code >= 0x2e80 and code <= 0x9fff or code >= 0xff00 and code <= 0xffef or code >= 0x20000 and code <= 0x323af
end

local function is_kana(code) return code >= 0x3041 and code <= 0x30ff and code ~= 0x30fb end

-- A text as runs, each with its language; nil for the page's own.
local function split_runs(text)
  local runs = {}
  for _, code in utf8.codes(text) do
    local last, han = runs[#runs], is_han(code)
    if not last or last.han ~= han then
      last = { han = han, text = '' }
      runs[#runs + 1] = last
    end
    last.text = last.text .. utf8.char(code)
    if han then last.lang = (last.lang == 'ja' or is_kana(code)) and 'ja' or not page_chinese and 'zh-Hans' or nil end
  end
  return runs
end

-- Nearly every word holds no such letter, which the first byte of each tells, so that only the others are split.
local function may_hold_other_language(text)
  return text:find(page_chinese and '[\xe3]' or '[\xe3-\xf4]') or not page_chinese and text:find('\xe2[\xba-\xbf]')
end

-- Where the next range or fraction stands in a text, such as 42–49 and 1/9.7: no line may end inside it.
local JOINTS = { '–', '/' }
local HAN = '[\xe4-\xe9][\x80-\xbf][\x80-\xbf]'

local function find_pair(text, from)
  local first
  for _, joint in ipairs(JOINTS) do
    local place = text:find('%d' .. joint .. '%d', from)
    if place and not (first and first < place) then first = place end
  end
  if not first then return nil end
  while first > from and text:find('^[%d.,]', first - 1) do first = first - 1 end
  local _, last = text:find('^[%d.,]*%d', first)
  local is_longer = true
  while is_longer do
    is_longer = false
    for _, joint in ipairs(JOINTS) do
      local _, stop = text:find('^' .. joint .. '%d[%d.,]*', last + 1)
      if stop then last, is_longer = stop, true end
    end
  end
  while text:find('^[.,]', last) do last = last - 1 end
  return first, last
end

local function hold_together(text)
  local inlines, from = pandoc.Inlines({}), 1
  local first, last = find_pair(text, from)
  while first do
    if first > from then inlines:insert(pandoc.Str(text:sub(from, first - 1))) end
    local pair = pandoc.Str(text:sub(first, last))
    if is_typst then -- which sets no space between a box and Han, as it does between them and a number
      local before = text:sub(1, first - 1):find(HAN .. '$') and '#h(0.25em)' or ''
      local after = text:find('^' .. HAN, last + 1) and ']#h(0.25em)' or ']'
      inlines:extend({ pandoc.RawInline('typst', before .. '#box['), pair, pandoc.RawInline('typst', after) })
    else
      inlines:insert(pandoc.Span({ pair }, { class = 'together' }))
    end
    from = last + 1
    first, last = find_pair(text, from)
  end
  if from <= #text then inlines:insert(pandoc.Str(text:sub(from))) end
  return inlines
end

local function holds_other_language(text)
  if not may_hold_other_language(text) then return false end
  for _, run in ipairs(split_runs(text)) do
    if run.lang then return true end
  end
  return false
end

local function mark_run(run)
  if not run.lang then return hold_together(run.text) end
  local str = pandoc.Str(run.text)
  if not is_typst then return { pandoc.Span({ str }, { lang = run.lang }) } end
  return { raw_inline('#text(lang: "' .. run.lang:match('%a+') .. '")['), str, raw_inline(']') }
end

local function mark_string(str)
  if not holds_other_language(str.text) then return find_pair(str.text, 1) and hold_together(str.text), false end
  local inlines = pandoc.Inlines({})
  for _, run in ipairs(split_runs(str.text)) do inlines:extend(mark_run(run)) end
  return inlines, false
end

-- The same in HTML that is finished: in its texts, never in its tags.
local function mark_html(html)
  return (('>' .. html .. '<'):gsub('>([^<]+)<', function(text)
    local marked = ''
    for _, run in ipairs(split_runs(text)) do
      marked = marked .. (run.lang and '<span lang="' .. run.lang .. '">' .. run.text .. '</span>' or run.text)
    end
    return '>' .. marked .. '<'
  end):sub(2, -2))
end

-- Code that Pandoc colours holds no spans of ours, so it is written here, folded where it asks for that.
local function mark_code(block)
  if is_typst or not holds_other_language(block.text) then return nil end
  local fold, summary = block.attributes['code-fold'], block.attributes['code-summary'] or 'Code'
  block.attributes['code-fold'], block.attributes['code-summary'] = nil, nil
  local html = pandoc.write(pandoc.Pandoc({ block }), 'html5')
  html = mark_html(html):gsub('<a href="#cb[^"]*"[^>]*></a>', ''):gsub(' id="cb[%d-]+"', '')
  if fold and fold ~= 'false' then
    html = '<details class="code-fold"' .. (fold == 'show' and ' open' or '') .. '><summary>' .. escape(summary) ..
      '</summary>' .. html .. '</details>'
  end
  return pandoc.RawBlock('html', html)
end

local function mark_inline_code(code)
  if is_typst or not holds_other_language(code.text) then return nil end
  for _, run in ipairs(split_runs(code.text)) do
    if run.lang then
      code.attributes.lang = run.lang
      return code
    end
  end
end

-- What names its language already, or is held together, is left alone, with all that is in it.
local function keep_marked(element)
  if (element.attributes.lang or '') ~= '' or element.classes:includes('together') then return element, false end
end

-- “p = 0.034” stays on one line.
local function keep_equations(inlines)
  for i = 3, #inlines - 2 do
    local sign, name = inlines[i], inlines[i - 2]
    local short = sign.t == 'Str' and sign.text == '=' and name.t == 'Str' and utf8.len(name.text) <= 3
    if short and inlines[i - 1].t == 'Space' and inlines[i + 1].t == 'Space' then
      inlines[i - 1], inlines[i + 1] = pandoc.Str('\u{a0}'), pandoc.Str('\u{a0}')
    end
  end
  return inlines
end

-- Nor is what holds no such letter or pair: to look at each word would take most of the time. Of notes a paragraph does
-- not tell.
local function pass_over(block)
  local text = pandoc.utils.stringify(block)
  if text:find(' = ', 1, true) then block = block:walk({ Inlines = keep_equations }) end
  if not (has_notes or may_hold_other_language(text) or find_pair(text, 1)) then return block, false end
  return block
end

local function see_note() has_notes = true end

-- What else is told of a page becomes attributes in HTML, such as its description, and these hold no elements.
local TITLES = { 'title', 'subtitle' }

local function mark_languages(doc)
  local marker = {
    traverse = 'topdown', Div = keep_marked, Span = keep_marked, Str = mark_string, CodeBlock = mark_code,
    Code = mark_inline_code, Para = pass_over, Plain = pass_over, Header = pass_over,
  }
  if is_typst then return doc:walk(marker) end
  doc.blocks = doc.blocks:walk(marker)
  for _, name in ipairs(TITLES) do
    if pandoc.utils.type(doc.meta[name]) == 'Inlines' then doc.meta[name] = doc.meta[name]:walk(marker) end
  end
  return doc
end

-- Tables ------------------------------------------------------------------------------------------------------------

local function holds_badge(tbl)
  local found = false
  local function look(span)
    found = found or span.classes:includes('verdict') or span.classes:includes('outcome')
  end
  tbl:walk({ Span = look })
  if not found then return false end
  found = false -- it may stand in the head
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for _, cell in ipairs(row.cells) do cell.contents:walk({ Span = look }) end
    end
  end
  return found
end

-- Tables of notebooks say outcomes and verdicts in plain words.
local function names_outcomes(tbl)
  local found = false
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      local words = pandoc.utils.stringify(cell.contents)
      found = found or words == 'outcome' or (words:find('^verdict') or words:find('agrees') or words:find('differs')) ~= nil
    end
  end
  return found
end

-- Other tables of notebooks that a phone would show in part: sums, whose rows have names and at least three numbers each,
-- and those with sentences, which in narrow columns would leave the rest of their rows empty.
local LONGEST, MOST_LINES, ROW = 45, 8, 'Row'
local function needs_cards(tbl)
  local heads = #tbl.head.rows == 1 and tbl.head.rows[1].cells or {}
  if #heads < 3 or #heads > MOST_LINES then return false end
  if #heads > 3 and pandoc.utils.stringify(heads[1].contents) == ROW then return true end
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for index, cell in ipairs(row.cells) do
        if index > 1 and utf8.len(pandoc.utils.stringify(cell.contents)) > LONGEST then return true end
      end
    end
  end
  return false
end

-- Each cell says which column it is of. The roles are those that the elements have until theme.css lays them out anew.
local function turn_into_cards(tbl, needed)
  local badge = holds_badge(tbl)
  if not (badge or needed or names_outcomes(tbl)) or #tbl.head.rows ~= 1 then return tbl end
  local labels = {}
  tbl.classes:insert('as-cards')
  if not badge then tbl.classes:insert('in-words') end
  tbl.attributes.role = 'table'
  tbl.head.attr.attributes.role = 'rowgroup'
  tbl.head.rows[1].attr.attributes.role = 'row'
  for index, cell in ipairs(tbl.head.rows[1].cells) do
    labels[index] = pandoc.utils.stringify(cell.contents)
    cell.attr.attributes.role = 'columnheader'
  end
  for _, body in ipairs(tbl.bodies) do
    body.attr.attributes.role = 'rowgroup'
    for _, row in ipairs(body.body) do
      row.attr.attributes.role = 'row'
      for index, cell in ipairs(row.cells) do
        cell.attr.attributes.role = 'cell'
        if labels[index] then cell.attr.attributes['data-label'] = labels[index] end
      end
    end
  end
  return tbl
end

-- Tables of notebooks have no word above the names of their rows; those who listen need one.
local function name_columns(tbl)
  for _, row in ipairs(tbl.head.rows) do
    for _, cell in ipairs(row.cells) do
      if #cell.contents == 0 then
        local name = pandoc.Span({ pandoc.Str(page_chinese and '行' or ROW) }, { class = 'visually-hidden' })
        cell.contents = pandoc.Blocks({ pandoc.Plain({ name }) })
      end
    end
  end
  return tbl
end

local function finish_table(tbl) return turn_into_cards(name_columns(tbl)) end

-- What a notebook shows (report/workings.py); its tables are finished before it.
local function finish_workings(div)
  if not div.classes:includes('workings') then return nil end
  return div:walk({
    Table = function(tbl)
      if not tbl.classes:includes('as-cards') and needs_cards(tbl) then return turn_into_cards(tbl, true) end
    end,
  })
end

-- Widths of columns are the browser's task unless the author sets them (tbl-colwidths="[75,25]").
local function set_widths(tbl)
  local given = tbl.attributes['tbl-colwidths']
  tbl.attributes['tbl-colwidths'] = nil
  local widths = {}
  for width in (given or ''):gmatch('[%d.]+') do widths[#widths + 1] = tonumber(width) / 100 end
  tbl.colspecs = tbl.colspecs:map(function(spec, index) return { spec[1], widths[index] } end)
  return tbl
end

-- a date stays on one line
local DATE = '%d%d%d%d%-%d%d'
local date_keeper = { Str = function(str)
  if str.text:match(DATE) and #str.text < 24 then return pandoc.Span({ str }, { class = 'nowrap' }) end
end }

local function keep_dates(tbl)
  return pandoc.utils.stringify(tbl):find(DATE) and tbl:walk(date_keeper) or tbl
end

-- A table scrolls inside its box, which has a name and can be reached. A caption stands outside.
local tables = 0
local function box_table(tbl)
  local id, caption = tbl.identifier, tbl.caption
  local label = tbl.attributes['aria-label'] or pandoc.utils.stringify(caption.long)
  tbl = keep_dates(set_widths(tbl))
  tbl.attributes['aria-label'] = nil
  tables = tables + 1
  if not quarto then
    tbl.attr.identifier = ''
    tbl.caption = { long = {} }
  end
  if #tbl.colspecs > 4 then tbl.classes:insert('many-columns') end
  -- pairs, not a table with keys: Lua gives keys in another order each time
  local box = pandoc.Div({ tbl }, pandoc.Attr('', { 'table-box' },
    { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', label ~= '' and label or 'Table ' .. tables .. ' of the page' } }))
  if quarto or #caption.long == 0 then return box end
  return pandoc.Figure({ box }, caption, pandoc.Attr(id, { 'table-figure' }))
end

-- Callouts ------------------------------------------------------------------------------------------------------------
-- https://quarto.org/docs/authoring/callouts.html: title by attribute or by a heading that comes first. Quarto's own
-- fold by a script alone, and no keyboard reaches them.

local callouts = { note = 'Note', tip = 'Tip', warning = 'Warning', important = 'Important', caution = 'Caution' }

local function write_callout(kind, title, blocks, collapse, id)
  local attributes = (id ~= '' and ' id="' .. id .. '"' or '') .. ' class="callout callout-' .. kind .. '"'
  local open = '<div role="note"' .. attributes .. '><p class="callout-title">'
  local middle, close = '</p><div class="callout-body">', '</div></div>'
  if collapse == 'true' or collapse == 'false' then
    local shown = collapse == 'false' and ' open' or ''
    open = '<details' .. attributes .. shown .. '><summary class="callout-title">'
    middle, close = '</summary><div class="callout-body">', '</div></details>'
  end
  if #title == 0 then title = pandoc.Inlines({ pandoc.Str(callouts[kind]) }) end
  title:insert(1, pandoc.RawInline('html', open))
  title:insert(pandoc.RawInline('html', middle))
  return (pandoc.Blocks({ pandoc.Plain(title) }) .. blocks) .. { pandoc.RawBlock('html', close) }
end

local function find_callout(div)
  for kind in pairs(callouts) do
    if div.classes:includes('callout-' .. kind) then
      local title, blocks = pandoc.Inlines(div.attributes.title or {}), div.content
      if #title == 0 and #blocks > 0 and blocks[1].t == 'Header' then
        title = blocks[1].content
        blocks:remove(1)
      end
      return write_callout(kind, title, blocks, div.attributes.collapse, div.identifier)
    end
  end
end

-- Quarto has made nodes of its own by then, of callouts and of what has a number and a caption
-- (https://quarto.org/docs/prerelease/1.4/ast.html).
function Callout(callout)
  if is_typst then return nil end
  local title, blocks = quarto.utils.as_inlines(callout.title or {}), quarto.utils.as_blocks(callout.content)
  return write_callout(callout.type, title, blocks, callout.collapse, callout.attr.identifier)
end

function FloatRefTarget(float)
  if is_typst then return nil end
  local label = pandoc.utils.stringify(float.caption_long or {})
  float.content = quarto.utils.as_blocks(float.content):walk({
    Table = function(tbl)
      tbl.attributes['aria-label'] = label
      return tbl
    end,
    Image = function(image)
      if not find_drawings(image) then return nil end
      image.caption = { pandoc.Str(label) }
      return image
    end,
  })
  return float
end

local function finish_code(block)
  -- Quarto folds only the code of cells (https://github.com/quarto-dev/quarto-cli/issues/4693)
  if block.attributes['code-fold'] then block.classes:insert('cell-code') end
  -- code and sentences wrap; columns that were printed keep their places and scroll, which the keyboard must reach
  if #block.classes == 0 and block.text:find('%S  +%S') then
    block.attributes.tabindex, block.attributes.role, block.attributes['aria-label'] = '0', 'group', 'Output'
  end
  return block
end

-- Nor does a line end inside an option of a command.
local function keep_options(code)
  if page_chinese or not code.text:find(' %-%-%a') then return nil end
  local html = escape(code.text):gsub('%-%-[%w-]+', '<span class="together">%0</span>')
  return pandoc.RawInline('html', '<code>' .. html .. '</code>')
end

-- Each clause of a Chinese title stays on a line where it fits there (zh.css).
local function keep_clauses(title)
  local clauses, clause = pandoc.Inlines({}), pandoc.Inlines({})
  local function close()
    if #clause > 0 then clauses:insert(pandoc.Span(clause, { class = 'clause' })) end
    clause = pandoc.Inlines({})
  end
  for _, inline in ipairs(title) do
    if inline.t == 'Str' then
      local rest = inline.text
      for _, sign in ipairs({ '，', '：', '；', '。' }) do rest = rest:gsub(sign, sign .. '\n') end
      for part, ending in rest:gmatch('([^\n]+)(\n?)') do
        clause:insert(pandoc.Str(part))
        if ending ~= '' then close() end
      end
    else
      clause:insert(inline)
    end
  end
  close()
  return clauses
end

-- The scripts of every page. Quarto gives their names as they are from this page's folder; without it the frame has them.
local function add_scripts(names)
  if not (quarto and quarto.doc.is_format('html')) then return end
  for _, name in ipairs(names or {}) do
    local file = escape(pandoc.utils.stringify(name))
    quarto.doc.include_text('after-body', '<script src="' .. file .. '" defer></script>')
  end
end

function Pandoc(doc)
  add_scripts(doc.meta.scripts)
  page_chinese = pandoc.utils.stringify(doc.meta.lang or ''):match('^zh') ~= nil
  if not is_typst then
    if page_chinese and pandoc.utils.type(doc.meta.title) == 'Inlines' then doc.meta.title = keep_clauses(doc.meta.title) end
    doc = doc:walk({
      Image = set_inline, Link = turn_query, Table = finish_table, Div = finish_workings, CodeBlock = finish_code,
      Code = keep_options, Note = see_note,
    })
    return mark_languages(doc):walk({ Table = box_table, Div = find_callout })
  end
  local ids = {}
  doc:walk({ Header = function(header) ids[header.identifier] = true end, Note = see_note })
  doc = mark_languages(doc)
  local site = doc.meta['site-address'] and pandoc.utils.stringify(doc.meta['site-address'])
  return doc:walk({
    Link = function(link) return link_inside(link, ids, site) end,
    Div = function(div)
      if div.classes:includes('figure-links') then return {} end
    end,
  })
end
