// SPDX-License-Identifier: MIT
#include "record.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace rxmap::ctl {
namespace {

std::string choice_text(const Field& field, std::uint64_t number) {
    const std::string_view name = name_of(*field.names, number);
    return name.empty() ? std::to_string(number) : std::string(name);
}

std::vector<std::string> flag_names(const Field& field, std::uint64_t set) {
    std::vector<std::string> found;
    for (const Name& name : *field.names)
        if ((set & name.number) != 0)
            found.emplace_back(name.text);
    return found;
}

}  // namespace

Record::Record(const Fields& fields, const std::vector<Attribute>& attributes) {
    for (const Field& field : fields) {
        const auto found = std::find_if(
            attributes.begin(), attributes.end(),
            [&](const Attribute& attribute) { return attribute.type == field.name.number; });
        if (found == attributes.end())
            continue;
        Entry entry{&field, 0, {}, {}};
        if (field.kind == Kind::text)
            entry.text = found->text();
        else if (field.kind == Kind::nest)
            entry.inside.emplace_back(*field.fields, found->children());
        else
            entry.number = found->number();
        entries_.push_back(std::move(entry));
    }
}

const Record::Entry* Record::find(std::string_view name) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.field->name.text == name;
    });
    return found == entries_.end() ? nullptr : &*found;
}

std::uint64_t Record::number(std::string_view name) const {
    const Entry* entry = find(name);
    return entry == nullptr ? 0 : entry->number;
}

std::string Record::text(std::string_view name) const {
    const Entry* entry = find(name);
    if (entry == nullptr)
        return {};
    return entry->field->kind == Kind::choice ? choice_text(*entry->field, entry->number)
                                              : entry->text;
}

const Record& Record::nest(std::string_view name) const {
    static const Record kNothing;
    const Entry* entry = find(name);
    return entry == nullptr || entry->inside.empty() ? kNothing : entry->inside.front();
}

std::vector<std::string> Record::flags(std::string_view name) const {
    const Entry* entry = find(name);
    if (entry == nullptr || entry->field->kind != Kind::flags)
        return {};
    return flag_names(*entry->field, entry->number);
}

std::vector<std::pair<std::string, std::uint64_t>> Record::numbers() const {
    std::vector<std::pair<std::string, std::uint64_t>> found;
    for (const Entry& entry : entries_)
        if (entry.field->kind == Kind::number)
            found.emplace_back(entry.field->name.text, entry.number);
    return found;
}

std::string Record::json_of(const Entry& entry) {
    std::string list;
    switch (entry.field->kind) {
        case Kind::text:
            return json_string(entry.text);
        case Kind::nest:
            return entry.inside.front().json();
        case Kind::choice:
            return json_string(choice_text(*entry.field, entry.number));
        case Kind::flags:
            for (const std::string& name : flag_names(*entry.field, entry.number))
                list += (list.empty() ? "" : ", ") + json_string(name);
            return "[" + list + "]";
        default:
            return std::to_string(entry.number);
    }
}

std::string Record::json(const std::vector<std::string_view>& without) const {
    std::string out;
    for (const Entry& entry : entries_) {
        const std::string_view name = entry.field->name.text;
        if (std::find(without.begin(), without.end(), name) != without.end())
            continue;
        out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", json_string(name), json_of(entry));
    }
    return "{" + out + "}";
}

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
            out += c;
    }
    return out + '"';
}

}  // namespace rxmap::ctl
