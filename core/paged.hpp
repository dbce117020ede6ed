// A long row of values of which mostly few are ever looked at.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace commsim {

/// `size` values, zero at first; memory follows the pages that were touched.
template <typename T>
class Paged {
 public:
  explicit Paged(std::size_t size) : pages_((size + kPage - 1) / kPage) {}

  /// O(1).
  T& operator[](std::size_t i) {
    auto& page = pages_[i / kPage];
    if (page == nullptr) page = std::make_unique<T[]>(kPage);
    return page[i % kPage];
  }
  /// Calls visit(i, value) for the values of all touched pages, ascending. The last page may go on
  /// past the end.
  template <typename Visit>
  void each(Visit visit) {
    visit_pages(pages_, visit);
  }
  template <typename Visit>
  void each(Visit visit) const {
    visit_pages(pages_, visit);
  }

 private:
  static constexpr std::size_t kPage = 256;

  template <typename Pages, typename Visit>
  static void visit_pages(Pages& pages, Visit& visit) {
    for (std::size_t p = 0; p < pages.size(); ++p) {
      for (std::size_t i = 0; pages[p] != nullptr && i < kPage; ++i) {
        visit(p * kPage + i, pages[p][i]);
      }
    }
  }

  std::vector<std::unique_ptr<T[]>> pages_;
};

}  // namespace commsim
