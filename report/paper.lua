-- The project's components in the PDFs, for both renderers (named in _quarto.yml under `filters`): each div or span of a
-- class below becomes a call of the function of that name in typst-template.typ. In HTML this filter does nothing.

if not FORMAT:match('typst') then return {} end

local HALF_PAGE = 300 -- points: the highest that a figure may be
local FIFTH = 160 -- and among the readings of a claim
local LEAST_SCALE = 0.5 -- points to a unit of a drawing; its type has 12 units, so it stays readable
local PAGE = 683 -- points: a figure that is higher still at that scale gets a page, its caption below it, and no room for a table’s head
local TEXT_WIDTH = 464 -- points between the margins of the page

local function raw(text) return pandoc.RawBlock('typst', text) end
local function raw_inline(text) return pandoc.RawInline('typst', text) end

local function wrap(open, blocks, close) return (pandoc.Blocks({ raw(open) }) .. blocks) .. { raw(close) } end

local function wrap_inlines(open, inlines, close)
  return (pandoc.Inlines({ raw_inline(open) }) .. inlines) .. { raw_inline(close) }
end

-- the verdict or outcome that a span names by its class, such as verdict-roughly-right
local function name_badge(span)
  for _, class in ipairs(span.classes) do
    local name = class:match('^verdict%-(.+)') or class:match('^outcome%-(.+)')
    if name then return name end
  end
end

-- spans of a bar carry their number: [Supported]{.verdict-supported n="10"}
local function verdict_bar(div)
  local parts = pandoc.Inlines({ raw_inline('#verdict-bar(') })
  div:walk({ Span = function(span)
    local name, count = name_badge(span), tonumber(span.attributes.n)
    if name and count and count > 0 then
      parts:extend(wrap_inlines(string.format('("%s", %d, [', name, count), span.content, ']),'))
    end
  end })
  parts:insert(raw_inline(')'))
  return pandoc.Para(parts)
end

local function cards(div)
  local result = pandoc.Blocks({ raw('#cards(') })
  for _, card in ipairs(div.content) do
    result:extend(wrap('[', card.t == 'Div' and card.content or { card }, '],'))
  end
  result:insert(raw(')'))
  return result
end

local function step(div)
  local article = div.classes:includes('article') and ', article: true' or ''
  local beside = div.classes:includes('beside') and ', beside: true' or ''
  return wrap('#step([', div.content, ']' .. article .. beside .. ')')
end

local function original(div)
  local language = (div.attributes.lang or 'en'):match('^%a+')
  return wrap('#original("' .. language .. '")[', div.content, ']')
end

-- No figure is higher than half a page, its caption included; but one that is read in columns.
local function fit(image, half)
  local file = not image.attributes.width and image.src:match('%.svg$') and io.open(image.src, 'r')
  if not file then return nil end
  local head = file:read(4000)
  file:close()
  local width, height = head:match('viewBox="%S+ %S+ ([%d.]+) ([%d.]+)"')
  if not width then return nil end
  local highest = math.min(math.max(half, LEAST_SCALE * height), PAGE)
  if height / width * TEXT_WIDTH > highest then
    image.attributes.width = math.floor(highest * width / height / TEXT_WIDTH * 100) .. '%'
    return image
  end
end

-- What a claim's page has as sections stands one level deeper where the claim itself is one.
local function lower(div)
  local lowered = div:walk({
    Header = function(header)
      header.level = header.level + 1
      return header
    end,
    Image = function(image) return fit(image, FIFTH) end,
  })
  return wrap('#claim[', lowered.content, ']')
end

-- A paragraph of bold words alone is a title.
local function lead_in(para)
  if #para.content == 1 and para.content[1].t == 'Strong' then
    return pandoc.Para(wrap_inlines('#lead-in[', para.content, ']'))
  end
end

local callouts = { note = 'Note', tip = 'Tip', warning = 'Warning', important = 'Important', caution = 'Caution' }

-- each in its colours; Quarto, which comes after this filter, would fill them with its own
local function paint(line, ground) return string.format('icon_color: rgb("%s"), background_color: rgb("%s"), ', line, ground) end
local colours = {
  tip = paint('#0b5d4b', '#edf7f3'),
  warning = paint('#8a5200', '#fdf5e6'),
  important = paint('#97241a', '#fdf0ee'),
  caution = paint('#8a5200', '#fdf5e6'),
}

local function write_callout(kind, title, blocks)
  if #title == 0 then title = pandoc.Inlines({ pandoc.Str(callouts[kind]) }) end
  local heading = pandoc.Plain(wrap_inlines('#callout(' .. (colours[kind] or '') .. 'title: [', title, '], body: ['))
  return (pandoc.Blocks({ heading }) .. blocks) .. { raw('])') }
end

local function find_callout(div, kind)
  local title, blocks = pandoc.Inlines(div.attributes.title or {}), div.content
  if #title == 0 and #blocks > 0 and blocks[1].t == 'Header' then
    title = blocks[1].content
    blocks:remove(1)
  end
  return write_callout(kind, title, blocks)
end

-- Quarto has made a node of its own by then (https://quarto.org/docs/prerelease/1.4/ast.html).
local function set_callout(callout)
  return write_callout(callout.type, quarto.utils.as_inlines(callout.title or {}), quarto.utils.as_blocks(callout.content))
end

local plain = { 'cover', 'banner', 'imprint', 'fine', 'digest', 'digests', 'whole' }

local function set_div(div)
  for kind in pairs(callouts) do
    if div.classes:includes('callout-' .. kind) then return find_callout(div, kind) end
  end
  if div.classes:includes('quote') then return original(div) end
  if div.classes:includes('cards') then return cards(div) end
  if div.classes:includes('step') then return step(div) end
  if div.classes:includes('tally') then return verdict_bar(div) end
  if div.classes:includes('claim') then return lower(div) end
  if div.classes:includes('claim-band') then return wrap('#band[', div.content, ']') end
  if div.classes:includes('contents') then
    local depth = div.attributes.depth or '1'
    return pandoc.Para(wrap_inlines('#contents([', pandoc.utils.blocks_to_inlines(div.content), '], ' .. depth .. ')'))
  end
  for _, name in ipairs(plain) do
    if div.classes:includes(name) then return wrap('#' .. name .. '[', div.content, ']') end
  end
end

local function set_span(span)
  if span.classes:includes('together') then return wrap_inlines('#box[', span.content, ']') end
  if span.classes:includes('number') then return wrap_inlines('#number[', span.content, ']') end
  local name = name_badge(span)
  if name and not span.attributes.n then return wrap_inlines('#badge("' .. name .. '", [', span.content, '])') end
end

return { { Div = set_div, Callout = set_callout, Para = lead_in }, { Span = set_span, Image = function(image) return fit(image, HALF_PAGE) end } }
