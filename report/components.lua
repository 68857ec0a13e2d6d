-- The project's own components, for both renderers (named in _quarto.yml under `filters`):
-- verdict and outcome badges, large quotes and cards in the PDF; links between pages inside the PDF; folded code.
-- In HTML, badges, quotes and cards need nothing but theme.css; figures are set inline, so that they follow the page's
-- colours and font: both drawings of each, of which charts.css shows one.

local is_typst = FORMAT:match('typst') ~= nil

-- text colour, background: the light colours of theme.css
local colours = {
  ['verdict-supported'] = { '#0b5d4b', '#dcf0ea' },
  ['verdict-roughly-right'] = { '#14507f', '#dfecf8' },
  ['verdict-misleading'] = { '#7a4700', '#fbebcd' },
  ['verdict-contradicted'] = { '#97241a', '#fbe1dc' },
  ['verdict-unverifiable'] = { '#4f4180', '#e9e5f5' },
  ['verdict-not-checkable'] = { '#474c54', '#e9ebee' },
  ['verdict-not-yet-checked'] = { '#474c54', '#ffffff' },
  ['outcome-agrees'] = { '#0b5d4b', '#dcf0ea' },
  ['outcome-near'] = { '#14507f', '#dfecf8' },
  ['outcome-differs'] = { '#97241a', '#fbe1dc' },
  ['outcome-inconclusive'] = { '#4f4180', '#e9e5f5' },
  ['outcome-no-data'] = { '#474c54', '#e9ebee' },
}

local function raw(text) return pandoc.RawBlock('typst', text) end
local function raw_inline(text) return pandoc.RawInline('typst', text) end

local function badge(span)
  for class, colour in pairs(colours) do
    if span.classes:includes(class) then
      local inlines = pandoc.Inlines({ raw_inline(string.format(
        '#box(fill: rgb("%s"), stroke: 0.5pt + rgb("%s").transparentize(60%%), inset: (x: 4pt), outset: (y: 2.5pt), radius: 2pt)' ..
        '[#text(fill: rgb("%s"), weight: "bold", size: 0.86em)[', colour[2], colour[1], colour[1])) })
      inlines:extend(span.content)
      inlines:insert(raw_inline(']]'))
      return inlines
    end
  end
end

local function wrap(open, blocks, close)
  local result = pandoc.Blocks({ raw(open) })
  result:extend(blocks)
  result:insert(raw(close))
  return result
end

local function quote(div)
  local language = (div.attributes.lang or ''):match('^(%a+)')
  local lang = language and 'lang: "' .. language .. '", ' or ''
  div.attributes.lang = nil
  return wrap('#block(inset: (left: 12pt, y: 4pt), stroke: (left: 2.5pt + rgb("#0b5d6b")), width: 100%, above: 14pt, below: 14pt)[#set text(' ..
    lang .. 'size: 1.2em)', div.content, ']')
end

local function cards(div)
  local columns = math.min(3, math.max(1, #div.content))
  local result = pandoc.Blocks({ raw('#block(above: 14pt, below: 16pt)[#grid(columns: (1fr,) * ' .. columns ..
    ', gutter: 8pt, inset: 10pt, fill: rgb("#f3f5f5"),') })
  for _, card in ipairs(div.content) do
    result:extend(wrap('[', card.t == 'Div' and card.content or { card }, '],'))
  end
  result:insert(raw(')]'))
  return result
end

-- A step of a timeline: a rule at its left, firm at the article; a step beside the way is set in.
local function step(div)
  local stroke = div.classes:includes('article') and '2.5pt + rgb("#1b2126")' or '1pt + rgb("#868d94")'
  local left = div.classes:includes('aside') and '14pt' or '0pt'
  return wrap('#pad(left: ' .. left .. ')[#block(inset: (left: 10pt, y: 2pt), above: 6pt, below: 6pt, width: 100%, ' ..
    'breakable: false, stroke: (left: ' .. stroke .. '))[#set par(leading: 0.55em); #set text(size: 0.92em)',
    div.content, ']]')
end

local function number_in_card(span)
  local inlines = pandoc.Inlines({ raw_inline('#text(size: 1.6em, weight: "bold")[') })
  inlines:extend(span.content)
  inlines:insert(raw_inline(']'))
  return inlines
end

-- A page that is part of the PDF becomes a jump inside it; any other local file stays a name without a link.
local function link_inside(link, ids)
  if link.target:match('^%a+:') or link.target:match('^#') then return nil end
  local page, anchor = link.target:match('^([^#]+)%.qmd#?(.*)$')
  for _, id in ipairs({ anchor or '', page or '' }) do
    if ids[id] then
      link.target = '#' .. id
      return link
    end
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

-- A figure of the chart room has a drawing for each width beside it; any other picture stays as it is.
local function set_inline(image)
  local name = image.src:match('^(figures/[%w-]+)%.svg$')
  if not name then return nil end
  local alt = image.attributes['fig-alt'] or image.attributes['alt'] or pandoc.utils.stringify(image.caption)
  local drawings = ''
  for _, width in ipairs({ 'narrow', 'wide' }) do
    local svg = read(name .. '-' .. width .. '.svg')
    if not svg then return nil end
    drawings = drawings .. svg:gsub('<svg ', function(tag) return tag .. 'aria-label="' .. escape(alt) .. '" ' end, 1)
  end
  return pandoc.RawInline('html', '<span class="chart-box">' .. drawings .. '</span>')
end

function Pandoc(doc)
  if not is_typst then
    return doc:walk({ Image = set_inline, CodeBlock = function(block)
      -- Quarto folds only the code of cells (https://github.com/quarto-dev/quarto-cli/issues/4693)
      if block.attributes['code-fold'] then block.classes:insert('cell-code') end
      return block
    end })
  end
  local ids = {}
  doc:walk({ Header = function(header) ids[header.identifier] = true end })
  return doc:walk({
    Link = function(link) return link_inside(link, ids) end,
    Span = function(span)
      return span.classes:includes('number') and number_in_card(span) or badge(span)
    end,
    Div = function(div)
      if div.classes:includes('quote') then return quote(div) end
      if div.classes:includes('cards') then return cards(div) end
      if div.classes:includes('step') then return step(div) end
      if div.classes:includes('figure-links') then return {} end
    end,
  })
end
