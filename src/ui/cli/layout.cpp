#include "ui/cli/layout.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace weir::ui {
namespace {

Ink ink(Tone tone) {
  switch (tone) {
    case Tone::plain: return Ink::plain;
    case Tone::strong: return Ink::bold;
    case Tone::dim: return Ink::dim;
    case Tone::good:
    case Tone::added: return Ink::green;
    case Tone::notice: return Ink::cyan;
    case Tone::warning: return Ink::yellow;
    case Tone::critical:
    case Tone::removed: return Ink::red;
  }
  return Ink::plain;
}

/// Fills lines word by word. A word is the text between blanks, and may consist of several spans.
class Wrapper {
 public:
  Wrapper(std::size_t width, const Terminal& terminal)
      : width_(std::max<std::size_t>(width, 1)), terminal_(terminal) {}

  void add(const Span& span) {
    std::string_view rest = span.text;
    while (!rest.empty()) {
      const auto end = rest.find_first_of(" \n");
      if (end != 0) add_to_word(rest.substr(0, end), span.tone);
      if (end == std::string_view::npos) return;
      // A number and its percent sign stay together.
      if (rest.substr(end).starts_with(" %")) {
        add_to_word(" ", span.tone);
        rest.remove_prefix(end + 1);
        continue;
      }
      end_word();
      rest[end] == '\n' ? end_line() : blank(span.tone);
      rest.remove_prefix(end + 1);
    }
  }

  std::vector<std::string> take() {
    end_word();
    end_line();
    return std::move(lines_);
  }

 private:
  struct Piece {
    std::string text;
    Tone tone;
  };

  void add_to_word(std::string_view text, Tone tone) {
    word_.push_back(Piece{printable(terminal_, text), tone});
    word_width_ += display_width(word_.back().text);
  }

  void blank(Tone tone) {
    ++blanks_;
    blank_tone_ = tone;
  }

  void end_word() {
    if (word_.empty()) return;
    if (line_width_ > 0 && line_width_ + blanks_ + word_width_ > width_) {
      end_line();
    } else if (line_width_ > 0) {
      append(std::string(blanks_, ' '), blank_tone_);
    }
    blanks_ = 0;
    for (auto& piece : std::exchange(word_, {})) append_cut(piece);
    word_width_ = 0;
  }

  void append_cut(const Piece& piece) {
    std::string_view rest = piece.text;
    while (line_width_ + display_width(rest) > width_) {
      const auto part = rest.substr(0, fitting_bytes(rest, width_ - line_width_));
      append(part, piece.tone);
      rest.remove_prefix(part.size());
      // a character wider than the line
      if (part.empty() && line_width_ == 0) return append(rest, piece.tone);
      end_line();
    }
    append(rest, piece.tone);
  }

  void append(std::string_view text, Tone tone) {
    line_width_ += display_width(text);
    if (!runs_.empty() && runs_.back().tone == tone) {
      runs_.back().text += text;
    } else if (!text.empty()) {
      runs_.push_back(Piece{std::string(text), tone});
    }
  }

  void end_line() {
    std::string line;
    for (const auto& run : std::exchange(runs_, {}))
      line += paint(terminal_, ink(run.tone), run.text);
    lines_.push_back(std::move(line));
    line_width_ = 0;
    blanks_ = 0;
  }

  std::size_t width_;
  const Terminal& terminal_;
  std::vector<Piece> word_;
  std::size_t word_width_ = 0;
  std::size_t blanks_ = 0;
  Tone blank_tone_ = Tone::plain;
  std::vector<Piece> runs_;
  std::size_t line_width_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace

std::string paint(const Terminal& terminal, Tone tone, std::string_view text) {
  return paint(terminal, ink(tone), text);
}

std::string printable(const Terminal& terminal, std::string_view bytes) {
  return to_terminal(terminal, escape_sentence(bytes));
}

std::vector<std::string> wrap(const Terminal& terminal, const Text& text, std::size_t width) {
  Wrapper wrapper(width, terminal);
  for (const auto& span : text) wrapper.add(span);
  return wrapper.take();
}

}  // namespace weir::ui
