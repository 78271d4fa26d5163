/* What cppcheck cannot see because it does not read system headers. */
#define cJSON_ArrayForEach(element, array)                                                                   \
    for (element = (array) ? (array)->child : 0; element; element = element->next)
