-- Number figures, tables and sections, and resolve the references to them, as Quarto does
-- (https://quarto.org/docs/authoring/cross-references.html): #fig-, #tbl- and #sec- identifiers, @fig-x,
-- [-@fig-x] for the bare number, captions given by attribute or as the last paragraph of a div.

local words = {
  en = { fig = 'Figure', tbl = 'Table', sec = 'Section' },
  zh = { fig = '图', tbl = '表', sec = '节' }, -- as Quarto says them
}
local labels = words.en
local counts = { fig = 0, tbl = 0 }
local targets = {}

local function kind_of(id)
  local kind = id:match('^(%a+)%-')
  return labels[kind] and kind
end

local function number(id)
  local kind = kind_of(id)
  if kind ~= 'fig' and kind ~= 'tbl' then return nil end
  counts[kind] = counts[kind] + 1
  targets[id] = { label = labels[kind], number = tostring(counts[kind]) }
  return pandoc.Span({ pandoc.Str(labels[kind] .. '\u{a0}' .. counts[kind] .. ':') }, { class = 'caption-label' })
end

local function caption_with(label, caption)
  local blocks = caption.long
  if #blocks == 0 then blocks = pandoc.Blocks({ pandoc.Plain({}) }) end
  blocks[1].content:insert(1, pandoc.Space())
  blocks[1].content:insert(1, label)
  return { long = blocks, short = caption.short }
end

-- ::: {#fig-x} content, then the caption as last paragraph :::
local function unwrap(div)
  local blocks = div.content
  local last = blocks[#blocks]
  local caption = {}
  if last and last.t == 'Para' and #blocks > 1 then
    caption = { pandoc.Plain(last.content) }
    blocks:remove(#blocks)
  end
  if #blocks == 1 and blocks[1].t == 'Table' then
    local tbl = blocks[1]
    tbl.attr.identifier = div.identifier
    tbl.attributes['tbl-colwidths'] = div.attributes['tbl-colwidths'] or tbl.attributes['tbl-colwidths']
    if #caption > 0 then tbl.caption = { long = caption } end
    return tbl
  end
  if #blocks == 1 and blocks[1].t == 'Figure' then
    blocks = blocks[1].content
  end
  blocks = blocks:map(function(block)
    return block.t == 'Para' and #block.content == 1 and pandoc.Plain(block.content) or block
  end)
  return pandoc.Figure(blocks, { long = caption }, div.attr)
end

local function prepare(doc)
  return doc:walk({ Div = function(div)
    local kind = kind_of(div.identifier)
    if kind == 'fig' or kind == 'tbl' then return unwrap(div) end
  end })
end

local function number_all(doc)
  local numbered = doc.meta['number-sections'] == true
  local base = 6
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Header' then base = math.min(base, block.level) end
  end
  local counter = {}
  local function number_section(header)
    local place = nil
    if numbered and not header.classes:includes('unnumbered') then
      local depth = header.level - base + 1
      for level = 1, depth - 1 do counter[level] = counter[level] or 0 end
      counter[depth] = (counter[depth] or 0) + 1
      for level = depth + 1, 6 do counter[level] = nil end
      place = table.concat(counter, '.', 1, depth)
    end
    targets[header.identifier] = { label = labels.sec, number = place, title = header.content }
    if place and FORMAT:match('html') then
      header.content:insert(1, pandoc.Space())
      header.content:insert(1, pandoc.Span({ pandoc.Str(place) }, { class = 'header-section-number' }))
      return header
    end
  end
  local function label(float)
    local mark = number(float.identifier)
    if mark then
      float.caption = caption_with(mark, float.caption)
      return float
    end
  end
  -- all in one walk, as each takes as long as a filter that does nothing
  return doc:walk({ traverse = 'topdown', Figure = label, Table = label, Header = number_section })
end

local function refer(citation)
  local target = targets[citation.id]
  if not target then return pandoc.Strong({ pandoc.Str('?@' .. citation.id) }) end
  local text
  if not target.number then
    text = target.title
  elseif citation.mode == 'SuppressAuthor' then
    text = { pandoc.Str(target.number) }
  else
    text = { pandoc.Str(target.label .. '\u{a0}' .. target.number) }
  end
  return pandoc.Link(text, '#' .. citation.id, '', { class = 'crossref' })
end

local function resolve(cite)
  if not kind_of(cite.citations[1].id) then return nil end
  local inlines = pandoc.Inlines({})
  for index, citation in ipairs(cite.citations) do
    if index > 1 then inlines:extend({ pandoc.Str(','), pandoc.Space() }) end
    if #citation.prefix > 0 then
      inlines:extend(citation.prefix)
      inlines:insert(pandoc.Space())
    end
    inlines:insert(refer(citation))
    inlines:extend(citation.suffix)
  end
  return inlines
end

function Pandoc(doc)
  local language = doc.meta.lang and pandoc.utils.stringify(doc.meta.lang):match('^%a+')
  labels = words[language] or words.en
  return number_all(prepare(doc)):walk({ Cite = resolve })
end
