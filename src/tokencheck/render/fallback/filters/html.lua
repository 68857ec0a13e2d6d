-- Turn the page grammar into the HTML of our own frame: callouts, tabsets, tables that scroll inside their box,
-- folded code, alternative texts and links between pages.

local callouts = { note = 'Note', tip = 'Tip', warning = 'Warning', important = 'Important', caution = 'Caution' }
local tabsets, tables = 0, 0

local function raw(text) return pandoc.RawBlock('html', text) end

local function escape(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

local function wrap(open, blocks, close) return (pandoc.Blocks({ raw(open) }) .. blocks) .. { raw(close) } end

local function inline_html(inlines)
  return (pandoc.write(pandoc.Pandoc({ pandoc.Plain(inlines) }), 'html5'):gsub('%s+$', ''))
end

-- https://quarto.org/docs/authoring/callouts.html: title by attribute or by a heading that comes first
local function render_callout(div, kind)
  local title = div.attributes.title and escape(div.attributes.title) or callouts[kind]
  local blocks = div.content
  if not div.attributes.title and #blocks > 0 and blocks[1].t == 'Header' then
    title = inline_html(blocks[1].content)
    blocks:remove(1)
  end
  local id = div.identifier ~= '' and ' id="' .. div.identifier .. '"' or ''
  local class = ' class="callout callout-' .. kind .. '"'
  local collapse = div.attributes.collapse
  if collapse == 'true' or collapse == 'false' then
    local open = collapse == 'false' and ' open' or ''
    return wrap('<details' .. id .. class .. open .. '><summary class="callout-title">' .. title ..
      '</summary><div class="callout-body">', blocks, '</div></details>')
  end
  return wrap('<div role="note"' .. id .. class .. '><p class="callout-title">' .. title ..
    '</p><div class="callout-body">', blocks, '</div></div>')
end

-- https://quarto.org/docs/output-formats/html-basics.html#tabsets: the first heading's level opens a tab
local function render_tabset(div)
  local level, tabs = nil, {}
  for _, block in ipairs(div.content) do
    if block.t == 'Header' and (level == nil or block.level == level) then
      level = block.level
      tabs[#tabs + 1] = { title = inline_html(block.content), blocks = pandoc.Blocks({}) }
    elseif #tabs > 0 then
      tabs[#tabs].blocks:insert(block)
    end
  end
  tabsets = tabsets + 1
  local result = pandoc.Blocks({ raw('<div class="tabset"><div class="tab-list" role="tablist">') })
  for index, tab in ipairs(tabs) do
    local name = tabsets .. '-' .. index
    result:insert(raw(string.format(
      '<button type="button" role="tab" id="tab-%s" aria-controls="panel-%s" aria-selected="%s"%s>%s</button>',
      name, name, index == 1 and 'true' or 'false', index == 1 and '' or ' tabindex="-1"', tab.title)))
  end
  result:insert(raw('</div>'))
  for index, tab in ipairs(tabs) do
    local name = tabsets .. '-' .. index
    result:extend(wrap(string.format(
      '<div class="tab-panel%s" role="tabpanel" id="panel-%s" aria-labelledby="tab-%s" tabindex="0"><p class="tab-title">%s</p>',
      index == 1 and ' active' or '', name, name, tab.title), tab.blocks, '</div>'))
  end
  result:insert(raw('</div>'))
  return result
end

function Div(div)
  for kind in pairs(callouts) do
    if div.classes:includes('callout-' .. kind) then return render_callout(div, kind) end
  end
  if div.classes:includes('panel-tabset') then return render_tabset(div) end
  -- https://quarto.org/docs/authoring/conditional.html
  if div.classes:includes('content-visible') and div.attributes['when-format'] == 'html' then return div.content end
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

function Table(tbl)
  local id, caption = tbl.identifier, tbl.caption
  local label = pandoc.utils.stringify(caption.long)
  tbl = keep_dates(set_widths(tbl))
  tbl.attr.identifier = ''
  tables = tables + 1
  tbl.caption = { long = {} }
  if #tbl.colspecs > 4 then tbl.classes:insert('many-columns') end
  -- pairs, not a table with keys: Lua gives keys in another order each time
  local box = pandoc.Div({ tbl }, pandoc.Attr('', { 'table-box' },
    { { 'role', 'region' }, { 'tabindex', '0' }, { 'aria-label', label ~= '' and label or 'Table ' .. tables .. ' of the page' } }))
  if #caption.long == 0 then return box end
  return pandoc.Figure({ box }, caption, pandoc.Attr(id, { 'table-figure' }))
end

function Image(image)
  local alt = image.attributes['fig-alt']
  image.attributes['fig-alt'] = nil
  if alt then image.attributes.alt = alt end
  return image
end

function CodeBlock(block)
  local fold, summary = block.attributes['code-fold'], block.attributes['code-summary']
  block.attributes['code-fold'], block.attributes['code-summary'] = nil, nil
  block.classes = block.classes:filter(function(class) return class ~= 'cell-code' end)
  if fold == nil or fold == 'false' then return block end
  local open = fold == 'show' and ' open' or ''
  return wrap('<details class="code-fold"' .. open .. '><summary>' .. escape(summary or 'Code') .. '</summary>',
    { block }, '</details>')
end

function Link(link)
  local page, anchor = link.target:match('^([^:#?]+)%.qmd(#?.*)$')
  if page then
    link.target = page .. '.html' .. anchor
    return link
  end
end
